"""A folder with Parquet, CSV or JSON files; a path may be a glob inside of it."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from pipelines.engines.base import Source
from portal.errors import Refused

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

    def resolve(self, *, name: str, address: str, path: str) -> Source:
        """The files of an input. None of them lies outside of the folder, links followed."""
        root = Path(address).resolve()
        format = _format(name, path)
        relative = PurePosixPath(path)
        if relative.is_absolute() or ".." in relative.parts:
            raise Refused(f"The input {name} leaves its folder: {path}.", field=f"inputs.{name}")
        found = sorted(root.glob(path)) if set(path) & set("*?[") else [root / path]
        files = [file.resolve() for file in found if file.is_file()]
        if not files:
            raise Refused(
                f"The input {name} has no file: there is no {path} in its folder. "
                "Bring the file, or mend the path.",
                field=f"inputs.{name}",
            )
        if outside := [file for file in files if not file.is_relative_to(root)]:
            raise Refused(
                f"The input {name} leaves its folder: {path} leads to {outside[0].name} elsewhere.",
                field=f"inputs.{name}",
            )
        if len(files) > MOST_FILES:
            raise Refused(
                f"The input {name} has {len(files)} files; at most {MOST_FILES} are read at once. "
                "Narrow the path.",
                field=f"inputs.{name}",
            )
        return Source(name=name, format=format, paths=tuple(map(str, files)))


def _format(name: str, path: str) -> str:
    suffixes = [suffix.lower() for suffix in PurePosixPath(path).suffixes]
    if suffixes and suffixes[-1] == ".gz":
        suffixes.pop()
    if not suffixes or suffixes[-1] not in FORMATS:
        known = ", ".join(FORMATS)
        raise Refused(
            f"The input {name} is {path}; its ending should be one of {known} (also with .gz).",
            field=f"inputs.{name}",
        )
    return FORMATS[suffixes[-1]]
