"""Files in a folder of this machine or a mounted share; nothing outside of it is reached."""

from __future__ import annotations

from pathlib import Path

from pipelines.connections.sources.base import SourceError, Wanted
from pipelines.connections.sources.formats import format_of
from pipelines.engines.base import Source
from pipelines.transformations.paths import GLOB

MOST_FILES = 10_000


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


def _root(address: str, wanted: Wanted) -> Path:
    root = Path(address)
    if not root.is_dir():
        raise SourceError(
            f"The input {wanted.name}: The folder {address} is not there.", permanent=False
        )
    if root.resolve() != root:  # bound addresses have their links followed
        words = f"The folder {address} now leads elsewhere. Bind the connection again."
        raise _lasting(wanted, words)
    return root


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
