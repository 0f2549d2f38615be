"""Where staged results lie: one file an attempt, so that no attempt can touch another's."""

from __future__ import annotations

import math
import shutil
import time
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from django.conf import settings


def result_path(*, environment: str, component: str, run_id: UUID, attempt: int) -> str:
    """The place of an attempt's result, relative to the store."""
    return f"results/{environment}/{component}/{run_id.hex}/{attempt:04d}.parquet"


def inputs_path(*, run_id: UUID, attempt: int) -> str:
    """The folder of what an attempt fetched from databases, relative to the store."""
    return f"inputs/{run_id.hex}/{attempt:04d}"


def against_path(*, run_id: UUID, attempt: int) -> str:
    """The place of the rows against an attempt's checks: it has no result that they could follow.

    In no folder of the run's, so that each goes by its own age.
    """
    return f"against/{run_id.hex}.{attempt:04d}.json"


def conversion_path(*, result: str, delivery_id: UUID, attempt: int, format: str) -> str:
    """The place of a result written in another format for one try at a delivery."""
    return f"{result.removesuffix('.parquet')}.{delivery_id.hex}.{attempt:04d}.{format}"


def outgoing_path(*, delivery_id: UUID, format: str) -> str:
    """The place of the bytes that every try at an event sends, relative to the store."""
    return f"outgoing/{delivery_id.hex}.{format}"


def absolute(path: str) -> Path:
    """A path of the store on this machine."""
    return Path(settings.ARTIFACTS_DIR) / path


def make_room(path: str) -> Path:
    """The absolute path, its folder made and nothing left there by an attempt that was killed."""
    place = absolute(path)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    return place


def remove(path: str) -> None:
    """Forget a file that nobody points to; one that is gone already is fine."""
    absolute(path).unlink(missing_ok=True)


def remove_beside(path: str) -> None:
    """Forget a run's folder, by one of its results: other attempts' and conversions lie there."""
    shutil.rmtree(absolute(path).parent, ignore_errors=True)


def remove_inputs(path: str) -> None:
    """Forget what an attempt fetched: it is somebody's data, and nobody reads it any more."""
    folder = absolute(path)
    if folder.parent.exists():
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):  # another attempt of the run has its own in there
            folder.parent.rmdir()


def remove_stale_inputs(*, older_than: float) -> None:
    """Forget what attempts fetched that ended without anyone to clear up; seconds since then."""
    for path in _older("inputs", older_than):
        shutil.rmtree(path, ignore_errors=True)


def remove_stale_outgoing(*, older_than: float) -> None:
    """Forget bytes of events that ended without anyone to clear up; seconds since they were made.

    An event that is still to be sent makes the same bytes again, or says that they would differ.
    """
    for path in _older("outgoing", older_than):
        path.unlink(missing_ok=True)


def remove_stale_against(*, older_than: float) -> None:
    """Forget rows against checks; seconds since they were found."""
    for path in _older("against", older_than):
        path.unlink(missing_ok=True)


def _older(folder: str, seconds: float) -> list[Path]:
    place = absolute(folder)
    oldest = time.time() - seconds
    if not place.is_dir():
        return []
    return [path for path in place.iterdir() if _made_at(path) < oldest]


def _made_at(path: Path) -> float:
    """When it was changed last; never old where somebody else has cleared it up meanwhile."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return math.inf
