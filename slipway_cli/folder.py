"""A folder of documents: its files, what keeps them, and the secrets that they refer to."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from slipway_cli import files, repository
from slipway_cli.endings import Code, Ended

ENDINGS = {".yaml", ".yml", ".json"}


@dataclass(frozen=True)
class Folder:
    """Files by their path from the folder; hidden ones are left out."""

    place: Path
    texts: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> list[dict[str, str]]:
        return [{"path": path, "text": text} for path, text in self.texts.items()]

    def secrets(self, wanted: list[dict[str, Any]]) -> tuple[dict[str, str], list[str]]:
        """The values of the references that these files name, and those that are not known here.

        Only what a file says at that very line is looked up: whoever answers can't ask for more.
        """
        found: dict[str, str] = {}
        lacking: list[str] = []
        for each in wanted:
            kind, _, name = str(each["reference"]).partition(":")
            lines = self.texts.get(str(each["file"]), "").splitlines()
            line = lines[each["line"] - 1] if 0 < each["line"] <= len(lines) else ""
            if name not in line:
                continue
            value = os.environ.get(name) if kind == "env" else self._content(each["file"], name)
            if value:
                found[str(each["reference"])] = value
            else:
                lacking.append(f"{kind} {name} ({each['file']}, line {each['line']})")
        return found, lacking

    def _content(self, file: str, name: str) -> str | None:
        """What a file holds, named from the one that refers to it; without its last line feed."""
        try:
            return (self.place / file).parent.joinpath(name).read_text().removesuffix("\n")
        except (OSError, UnicodeDecodeError):
            return None


def read(place: Path) -> Folder:
    """All documents below a folder, in order."""
    if not place.is_dir():
        raise Ended(Code.USAGE, f"{place} is no folder.", hint="Name the one that -f means.")
    found = {
        path.relative_to(place).as_posix(): files.read(path)
        for path in sorted(place.rglob("*"))
        if path.suffix in ENDINGS and path.is_file() and not _is_hidden(path.relative_to(place))
    }
    if not found:
        hint = "With --prune all that it kept would go: leave a file there, and be it a comment."
        raise Ended(Code.USAGE, f"There is no document below {place}.", hint=hint)
    return Folder(place, found)


def write(place: Path, sent: list[dict[str, str]]) -> list[Path]:
    """Write exported files below a folder, and nowhere else."""
    written = []
    for each in sent:
        path = (place / each["path"]).resolve()
        if not path.is_relative_to(place.resolve()) or path.suffix not in ENDINGS:
            raise Ended(Code.UNREACHABLE, f"“{each['path']}” is no file of an export.")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(each["text"], encoding="utf-8")
        written.append(path)
    return written


def source_of(place: Path) -> str:
    """What keeps things in these files: the repository and the folder in it; else its name."""
    found = repository.folder_of(place)
    return found or place.resolve().name


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
