"""Files in a folder of this machine or a mounted share; nothing outside of it is reached."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from pipelines.connections.sources.base import (
    NONE,
    Note,
    Offer,
    Options,
    Portion,
    Shelf,
    SourceError,
    Trial,
    Wanted,
)
from pipelines.connections.sources.formats import format_of
from pipelines.engines.base import Beat, Column, EngineError, Sample, Source
from pipelines.engines.registry import engine
from pipelines.transformations.paths import GLOB

MOST_FILES = 10_000
MOST_SEEN = 20_000  # names looked at for one shelf: a page waits for it


class DirectorySource:
    """Parquet, CSV and JSON files, each as the engine reads them; several by a pattern."""

    def problem(self, wanted: Wanted) -> str:
        """A folder has files, not tables."""
        if not wanted.path:
            return "A folder has files, not tables: give a path in it."
        return ""

    def resolve(self, address: str, wanted: Wanted, *, secret: str = "") -> Source:
        """The files that are there now, by absolute path, in order of their names."""
        if problem := self.problem(wanted):
            raise _lasting(wanted, problem)
        file_format = format_of(wanted.path, wanted.format)
        if file_format is None:
            raise _lasting(wanted, f"The ending of {wanted.path} tells no format. Add `format`.")
        root = _root(address, wanted)
        found = _files(root, wanted)
        if not found:
            words = f"There is no {wanted.path} in its folder. Bring the file, or mend the path."
            raise _lasting(wanted, words)
        return Source(wanted.name, file_format, tuple(str(path) for path in found))

    def gather(
        self,
        address: str,
        wanted: Sequence[Wanted],
        *,
        secret: str = "",
        options: Options = NONE,
        folder: Path,
        portion: Portion,
        beat: Beat,
        note: Note,
    ) -> list[Source]:
        """Files stay where they are: the engine reads them there, within its own limits."""
        return [self.resolve(address, one) for one in wanted]

    def browse(
        self,
        address: str,
        *,
        secret: str = "",
        options: Options = NONE,
        search: str = "",
        most: int = 200,
    ) -> Shelf:
        """The files whose ending tells a format, folder by folder; what is hidden stays so."""
        root = _folder(address)
        words = search.lower()
        files = islice(_walk(root), MOST_SEEN)
        named = (path for path in files if words in str(path.relative_to(root)).lower())
        found = [_offer(root, path) for path in islice(named, most + 1)]
        return Shelf(tuple(found[:most]), has_more=len(found) > most)

    def describe(
        self, address: str, wanted: Wanted, *, secret: str = "", options: Options = NONE
    ) -> tuple[Column, ...]:
        """As the engine sees them, in its sandbox: a file is never opened in this process."""
        return self.sample(address, wanted, rows=0).columns

    def sample(
        self,
        address: str,
        wanted: Wanted,
        *,
        rows: int = 50,
        secret: str = "",
        options: Options = NONE,
    ) -> Sample:
        """Read in the sandbox, as a query would read it."""
        source = self.resolve(address, wanted)
        try:
            return engine().look(source=source, rows=rows)
        except EngineError as error:
            raise SourceError(error.message, permanent=error.permanent) from error

    def test(self, address: str, *, secret: str = "", options: Options = NONE) -> Trial:
        """See whether the folder is there and has something to read."""
        shelf = self.browse(address, most=MOST_FILES)
        count = f"{len(shelf.offers):,}{'+' if shelf.has_more else ''}"
        said = f"{count} file{'' if count == '1' else 's'} that can be inputs"
        return Trial(said if shelf.offers else "The folder is there, and has no file to read yet.")


def _folder(address: str) -> Path:
    root = Path(address)
    if not root.is_dir():
        raise SourceError(f"The folder {address} is not there.", permanent=False)
    if root.resolve() != root:  # bound addresses have their links followed
        words = f"The folder {address} now leads elsewhere. Bind the connection again."
        raise SourceError(words, permanent=True)
    return root


def _root(address: str, wanted: Wanted) -> Path:
    try:
        return _folder(address)
    except SourceError as error:
        words = f"The input {wanted.name}: {error.message}"
        raise SourceError(words, permanent=error.permanent) from None


def _walk(root: Path) -> Iterator[Path]:
    """Files in order of their names; links to folders are not followed."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder) / name
            if name.startswith(".") or format_of(name) is None:
                continue
            if path.is_file() and path.resolve().is_relative_to(root):
                yield path


def _offer(root: Path, path: Path) -> Offer:
    known = path.stat()
    return Offer(
        kind="file",
        path=str(path.relative_to(root)),
        format=format_of(path.name) or "",
        bytes=known.st_size,
        changed_at=datetime.fromtimestamp(known.st_mtime, UTC),
    )


def _files(root: Path, wanted: Wanted) -> list[Path]:
    """What a path or a pattern means; hidden files are half-written ones by custom."""
    pattern = wanted.path
    parts = pattern.split("/")
    if any(not part or part.startswith(".") for part in parts):
        raise _lasting(wanted, f"{pattern} is not a path inside of the folder.")
    has_glob = any(letter in pattern for letter in GLOB)
    files: set[Path] = set()
    for path in root.glob(pattern) if has_glob else [root / pattern]:
        is_hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        if is_hidden or not path.is_file():
            continue
        if not path.resolve().is_relative_to(root):
            words = (
                f"{path.relative_to(root)} is a link that leaves the folder. Put the file there."
            )
            raise _lasting(wanted, words)
        files.add(path.resolve())
        if len(files) > MOST_FILES:
            raise _lasting(wanted, f"{pattern} means more than {MOST_FILES} files. Narrow it down.")
    return sorted(files)


def _lasting(wanted: Wanted, words: str) -> SourceError:
    return SourceError(f"The input {wanted.name}: {words}", permanent=True)
