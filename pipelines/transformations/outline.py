"""What can be read of a file even where parts of it are wrong: all is found at once. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from portal.files.findings import Path

SQL = ("spec", "sql")


@dataclass(frozen=True)
class Outline:
    """Views of the file's data that are empty where the data have another shape."""

    data: Any

    def text(self, *path: str | int) -> str:
        value = self._at(path)
        return value if isinstance(value, str) else ""

    def mapping(self, *path: str | int) -> Mapping[str, Any]:
        value = self._at(path)
        return value if isinstance(value, Mapping) else {}

    def maps(self, *path: str | int) -> dict[str, Mapping[str, Any]]:
        """Those entries of a mapping that are mappings themselves."""
        return {k: v for k, v in self.mapping(*path).items() if isinstance(v, Mapping)}

    def entries(self, *path: str | int) -> list[Any]:
        value = self._at(path)
        return value if isinstance(value, list) else []

    def items(self, *path: str | int) -> Iterator[tuple[Path, Mapping[str, Any]]]:
        """The mappings in a list, with their paths."""
        for number, value in enumerate(self.entries(*path)):
            if isinstance(value, Mapping):
                yield (*path, number), value

    @cached_property
    def inputs(self) -> dict[str, Mapping[str, Any]]:
        return self.maps("spec", "inputs")

    @cached_property
    def parameters(self) -> dict[str, Mapping[str, Any]]:
        return self.maps("spec", "parameters")

    @cached_property
    def queries(self) -> list[tuple[Path, str]]:
        """Every SQL text with its path: the query, then the checks."""
        found: list[tuple[Path, str]] = [(SQL, self.text(*SQL))]
        for path, check in self.items("spec", "checks"):
            found.append(((*path, "sql"), _text(check, "sql")))
        return [(path, sql) for path, sql in found if sql.strip()]

    @cached_property
    def columns(self) -> list[tuple[Path, str]]:
        """The names of the contract's columns, each with the path of the name."""
        return [
            ((*path, "name"), _text(column, "name"))
            for path, column in self.items("spec", "contract", "columns")
            if _text(column, "name")
        ]

    @cached_property
    def templates(self) -> list[tuple[Path, str]]:
        """Every path of the file that may name parameters, with where it stands."""
        found: list[tuple[Path, str]] = [
            (("spec", "inputs", name, "path"), _text(entry, "path"))
            for name, entry in self.inputs.items()
        ]
        for path, delivery in self.items("spec", "deliveries"):
            found.append(((*path, "path"), _text(delivery, "path")))
        return [(path, template) for path, template in found if template]

    def _at(self, path: Path) -> Any:
        value = self.data
        for part in path:
            if isinstance(value, Mapping):
                value = value.get(str(part))
            elif isinstance(value, list) and isinstance(part, int) and part < len(value):
                value = value[part]
            else:
                return None
        return value


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""
