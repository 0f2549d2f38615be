"""A folder with Parquet, CSV or JSON files; a path may be a glob inside of it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from pipelines.connections.sources.base import SourceError, Wanted
from pipelines.engines.base import Source

FORMATS = {
    ".parquet": "parquet",
    ".csv": "csv",
    ".tsv": "csv",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
}
MOST_FILES = 1000


class DirectorySource:
    """Files of this machine or of a mounted share."""

    def problem(self, wanted: Wanted) -> str:
        """Tables are not here, a path may not leave the folder, and its ending says the format."""
        if not wanted.path:
            return "a folder has files, not tables: give a path."
        relative = PurePosixPath(wanted.path)
        if relative.is_absolute() or ".." in relative.parts:
            return f"the path {wanted.path} leaves the folder."
        if not _format(wanted):
            known = ", ".join(FORMATS)
            return f"the path {wanted.path} should end in one of {known} (also with .gz)."
        return ""

    def resolve(self, address: str, wanted: Wanted, *, secret: str = "") -> Source:
        """The files of an input. None of them lies outside of the folder, links followed."""
        if problem := self.problem(wanted):
            raise SourceError(f"The input {wanted.name}: {problem}", permanent=True)
        root = Path(address).resolve()
        path = wanted.path
        found = sorted(root.glob(path)) if set(path) & set("*?[") else [root / path]
        files = [file.resolve() for file in found if file.is_file()]
        if not files:
            raise SourceError(
                f"The input {wanted.name} has no file: there is no {path} in its folder. "
                "Bring the file, or mend the path.",
                permanent=True,
            )
        if outside := [file for file in files if not file.is_relative_to(root)]:
            raise SourceError(
                f"The input {wanted.name}: {path} leads out of the folder, to {outside[0].name}.",
                permanent=True,
            )
        if len(files) > MOST_FILES:
            raise SourceError(
                f"The input {wanted.name} has {len(files)} files; at most {MOST_FILES} are read at "
                "once. Narrow the path.",
                permanent=True,
            )
        return Source(name=wanted.name, format=_format(wanted), paths=tuple(map(str, files)))


def _format(wanted: Wanted) -> str:
    """parquet, csv or json: as the file says, else by the ending; "" where nothing tells."""
    if wanted.format:
        return wanted.format
    suffixes = [suffix.lower() for suffix in PurePosixPath(wanted.path).suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    return FORMATS.get(suffixes[-1], "") if suffixes else ""
