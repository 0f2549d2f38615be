"""A directory: each path holds one complete file or none.

The bytes are written to `<root>/.slipway/`, flushed, and renamed into place. The rename is fenced
by the file itself: whoever is about to publish first unlinks the unpublished files of everyone who
ranks below, so a worker that was suspended between its last question and its rename finds nothing
left to rename.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

from pipelines.connections.sources.base import NONE, Options, Trial
from pipelines.deliveries.destinations.base import (
    DestinationError,
    Heard,
    Parcel,
    Prepared,
    Seen,
)

WORK = ".slipway"
CHUNK = 1024 * 1024


class DirectoryDestination:
    """Files in a folder of this machine or a mounted share."""

    asks: ClassVar[Mapping[str, str]] = {"format": "parquet", "path": ""}
    has_places = True
    is_answered = False
    converts_to = ""

    def problem(self, entry: Mapping[str, Any]) -> str:
        """A folder takes files."""
        if entry.get("table") or entry.get("mode"):
            return "A folder has no tables. Leave `table` and `mode` out, and give a `format`."
        return "" if entry.get("format") else "Say in which `format`: parquet, csv or jsonl."

    def prepare(self, parcel: Parcel) -> Prepared:
        """Write the bytes under a hidden name on the same file system, and flush them."""
        target = _target(parcel)
        part = _part(parcel)
        try:
            Path(parcel.address).mkdir(parents=True, exist_ok=True)
            part.parent.mkdir(exist_ok=True)
            target.parent.mkdir(parents=True, exist_ok=True)
            size, digest = _copy(parcel.content, part)
        except OSError as error:
            with suppress(OSError):  # the first failure is the one to tell
                part.unlink()
            raise _as_error(error, parcel) from error
        return Prepared(str(part), str(target), size, f"sha256:{digest}")

    def publish(self, parcel: Parcel, prepared: Prepared) -> None:
        """Rename into place and flush the folder."""
        target = Path(prepared.location)
        try:
            os.replace(prepared.handle, target)
            _flush_folder(target.parent)
        except FileNotFoundError as error:
            raise DestinationError(
                "Another attempt took over before this one could finish.", permanent=False
            ) from error
        except OSError as error:
            raise _as_error(error, parcel) from error

    def confirm(self, parcel: Parcel, prepared: Prepared) -> Heard:
        """A rename that did not fail has worked."""
        return Heard()

    def release(self, parcel: Parcel, prepared: Prepared) -> None:
        """Unlink what was not published."""
        self.clear(parcel, including_own=True)

    def standing(self, parcel: Parcel) -> Seen:
        """Read the file at the path, if there is one."""
        target = _target(parcel)
        if not target.is_file():
            return Seen()
        with target.open("rb") as file:
            return Seen(f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}")

    def clear(self, parcel: Parcel, *, including_own: bool) -> None:
        """Unlink the unpublished files for this path of everyone up to this rank and attempt."""
        own = _order(parcel)
        prefix = _prefix(parcel)
        folder = Path(parcel.address) / WORK
        if not folder.is_dir():
            return
        for name in os.listdir(folder):
            if not name.startswith(prefix):
                continue
            order = name.removeprefix(prefix).removesuffix(".part")
            if order < own or (including_own and order == own):
                (folder / name).unlink(missing_ok=True)

    def test(self, address: str, *, secret: str = "", options: Options = NONE) -> Trial:
        """See whether the folder is there, or can be made, and may be written to."""
        folder = Path(address)
        ground = next(place for place in (folder, *folder.parents) if place.exists())
        if not ground.is_dir() or not os.access(ground, os.W_OK | os.X_OK):
            raise DestinationError(f"Slipway may not write to {ground}.", permanent=True)
        free = f"{shutil.disk_usage(ground).free // 2**20:,} MiB are free there."
        is_made = "can be written to" if ground == folder else "is made with the first delivery"
        return Trial(f"The folder {is_made}. {free}")


def _target(parcel: Parcel) -> Path:
    """The file's place; a path that would leave the folder, by words or by a link, is refused."""
    relative = PurePosixPath(parcel.path)
    root = Path(parcel.address).resolve()
    target = (root / relative).resolve()
    hidden = any(part.startswith(".") for part in relative.parts)
    if relative.is_absolute() or hidden or not target.is_relative_to(root) or target == root:
        raise DestinationError(
            f"The path {parcel.path} leaves the destination's folder. Mend it in the file.",
            permanent=True,
        )
    return target


def _order(parcel: Parcel) -> str:
    return f"{parcel.rank}-{parcel.attempt:06d}"


def _prefix(parcel: Parcel) -> str:
    return hashlib.sha256(parcel.path.encode()).hexdigest()[:16] + "-"


def _part(parcel: Parcel) -> Path:
    return Path(parcel.address) / WORK / f"{_prefix(parcel)}{_order(parcel)}.part"


def _copy(source: Path, target: Path) -> tuple[int, str]:
    """Copy, flush to the disk, and return size and SHA-256 of what was written."""
    digest = hashlib.sha256()
    with source.open("rb") as incoming, target.open("wb") as outgoing:
        while chunk := incoming.read(CHUNK):
            digest.update(chunk)
            outgoing.write(chunk)
        outgoing.flush()
        os.fsync(outgoing.fileno())
        return outgoing.tell(), digest.hexdigest()


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


LASTING = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG}


def _as_error(error: OSError, parcel: Parcel) -> DestinationError:
    free = ""
    if error.errno == errno.ENOSPC:
        free = f" {shutil.disk_usage(parcel.address).free // 2**20} MiB are free there."
    return DestinationError(
        f"{parcel.path} can't be written to {parcel.address}: {error.strerror}.{free}",
        permanent=error.errno in LASTING,
    )
