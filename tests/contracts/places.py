"""Where the suite of destinations delivers: a folder, a receiver process, a second database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from pipelines.deliveries.destinations.base import Destination, Parcel
from pipelines.deliveries.destinations.directory import DirectoryDestination
from pipelines.deliveries.destinations.postgres import PostgresDestination
from pipelines.deliveries.destinations.webhook import WebhookDestination
from pipelines.deliveries.ranks import rank
from pipelines.engines.base import Column
from tests import receiver
from tests.pipelines import second

INSTANT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
RUN = UUID(int=7)
SECRET = "whsec_" + "QUJD" * 10


class Place(Protocol):
    """One kind of destination, and what its client sees."""

    destination: Destination

    def where(self, folder: Path) -> dict[str, Any]:
        """What a parcel needs to get there."""
        ...

    def shown(self, folder: Path) -> set[str]:
        """What the client has now."""
        ...


@dataclass
class Folder:
    destination: Destination = field(default_factory=DirectoryDestination)

    def where(self, folder: Path) -> dict[str, Any]:
        return {"address": str(folder / "drop"), "path": "a/1.csv"}

    def shown(self, folder: Path) -> set[str]:
        drop = folder / "drop"
        files = [path for path in drop.rglob("*") if path.is_file()]
        return {path.read_text() for path in files if ".slipway" not in path.parts}


@dataclass
class Hook:
    receiver: receiver.Running
    destination: Destination = field(default_factory=WebhookDestination)

    def where(self, folder: Path) -> dict[str, Any]:
        options = {"allow_private": True, "allow_http": True}
        return {
            "address": self.receiver.url, "path": "", "secret": SECRET, "options": options,
            "format": "csv",
        }  # fmt: skip

    def shown(self, folder: Path) -> set[str]:
        """By the checksums of what was applied, as the receiver keeps nothing else."""
        applied = set(self.receiver.ledger()["applied"].values())
        return {
            path.read_text()
            for path in folder.glob("content-*")
            if hashlib.sha256(path.read_bytes()).hexdigest() in applied
        }


@dataclass
class Table:
    second: second.Second
    destination: Destination = field(default_factory=PostgresDestination)

    def where(self, folder: Path) -> dict[str, Any]:
        columns = (Column("n", "INTEGER", required=True), Column("word", "VARCHAR"))
        return {
            "address": self.second.url(self.second.writer), "path": f"public.{name_of(folder)}",
            "options": {"allow_local": True}, "format": "table", "mode": "replace",
            "columns": columns, "key": ("n",),
        }  # fmt: skip

    def shown(self, folder: Path) -> set[str]:
        if self.second.ask("SELECT to_regclass(%s)::text", name_of(folder)) == [(None,)]:
            return set()
        rows = self.second.ask(f"SELECT n, word FROM {name_of(folder)} ORDER BY n")
        return {"".join(f"{n},{word}\n" for n, word in rows)}

    def left_behind(self) -> list[str]:
        found = self.second.ask(
            "SELECT relname FROM pg_class WHERE relname ~ '^slipway_[0-9a-f]{10}_'"
        )
        return [name for (name,) in found]


def name_of(folder: Path) -> str:
    """A table of its own for each test."""
    return f"t_{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"


def parcel(
    place: Place, folder: Path, text: str, *, revision: int = 1, attempt: int = 1, **more: Any
) -> Parcel:
    """One try at a delivery of some rows."""
    content = folder / f"content-{revision}-{attempt}"
    content.write_text(text)
    given = {
        "content": content,
        "rank": rank(instant=INSTANT, run_id=RUN, revision=revision),
        "attempt": attempt,
        "id": f"msg_{name_of(folder)}_{revision}",
        **place.where(folder),
        **more,
    }
    return Parcel(**given)


@contextmanager
def all_of_them() -> Iterator[dict[str, Place]]:
    with receiver.running(SECRET) as running, second.made() as database:
        yield {"directory": Folder(), "webhook": Hook(running), "postgres": Table(database)}
