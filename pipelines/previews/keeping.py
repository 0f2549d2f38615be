"""First rows that people look at, as files of the artifact store: no row stands in the database."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from pipelines.runs import artifacts


def rows_path(kind: str, pk: UUID, attempt: int) -> str:
    """Where the rows of one attempt lie: `kind` is "previews" or "looks"."""
    return f"{kind}/{pk.hex}/{attempt:04d}.json"


def result_path(pk: UUID, attempt: int) -> str:
    """Where a preview's result is staged while it is looked at."""
    return f"previews/{pk.hex}/{attempt:04d}.parquet"


def inputs_path(pk: UUID, attempt: int) -> str:
    """What a preview fetched from databases; removed with it."""
    return f"previews/{pk.hex}/{attempt:04d}.inputs"


def keep(path: str, content: Mapping[str, Any]) -> None:
    """Write rows down; whoever reads them has been asked whether they may."""
    place = artifacts.make_room(path)
    place.touch(mode=0o600)
    place.write_text(json.dumps(content))


def kept(path: str) -> dict[str, Any] | None:
    """What was written, or None where it is gone."""
    if not path:
        return None
    try:
        found: dict[str, Any] = json.loads(artifacts.absolute(path).read_text())
    except FileNotFoundError:
        return None
    return found


def forget(paths: Sequence[str]) -> None:
    """Remove files and the folders that were theirs alone."""
    for path in paths:
        if path:
            artifacts.remove_inputs(path.rpartition("/")[0])
