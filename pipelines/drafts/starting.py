"""How a file begins: from nothing but a title, or from a file that exists. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from typing import Any

from pipelines.connections.sources.formats import ENDINGS
from pipelines.transformations.spec import API_VERSION, KIND

LONGEST_NAME = 60
ORDER = ("apiVersion", "kind", "metadata", "spec", "source")
ORDER_OF_METADATA = ("name", "team", "title", "description")
ORDER_OF_SPEC = (
    *("engine", "inputs", "parameters", "sql", "contract", "checks", "deliveries", "defaults"),
)


def blank(*, title: str, name: str, team: str) -> dict[str, Any]:
    """A file that says whose it is, and nothing yet."""
    return {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "metadata": {"name": name, "team": team, **({"title": title} if title else {})},
        "spec": {"inputs": {}, "sql": ""},
    }


def copied(data: Mapping[str, Any], *, title: str, name: str, team: str) -> dict[str, Any]:
    """The same content under another name; where the old file came from is not said of the new."""
    metadata = {**data.get("metadata", {}), "name": name, "team": team, "title": title}
    metadata = {key: value for key, value in metadata.items() if value}
    return ordered({**{key: data[key] for key in data if key != "source"}, "metadata": metadata})


def ordered(data: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a file in the order in which people know them; what is unknown comes last."""
    result = _in_order(data, ORDER)
    for part, order in (("metadata", ORDER_OF_METADATA), ("spec", ORDER_OF_SPEC)):
        if isinstance(result.get(part), Mapping):
            result[part] = _in_order(result[part], order)
    return result


def slug(words: str, taken: Collection[str] = ()) -> str:
    """A name out of a title: “Carrier punctuality, weekly” -> carrier-punctuality-weekly."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_NAME].strip("-")
    if name and name not in taken:
        return name
    return _numbered(name or "transformation", "-", taken)


def identifier(words: str, taken: Collection[str] = ()) -> str:
    """The name of an input out of a file or table: data/Flights-2013.parquet -> flights_2013."""
    lower = words.lower()
    ending = max((one for one in ENDINGS if lower.endswith(one)), key=len, default="")
    last = lower.removesuffix(ending).rpartition("/")[2]
    last = last if ending else last.rpartition(".")[2]
    name = re.sub(r"[^a-z0-9]+", "_", re.sub(r"\{\w+\}|[*?\[\]]", "", last)).strip("_")[:50]
    if not name or name[0].isdigit():
        name = f"input_{name}".rstrip("_")
    return name if name not in taken else _numbered(name, "_", taken)


def _numbered(name: str, mark: str, taken: Collection[str]) -> str:
    numbers = (f"{name[: LONGEST_NAME - 4]}{mark}{number}" for number in range(2, 1000))
    return next((found for found in (name, *numbers) if found not in taken), name)


def _in_order(data: Mapping[str, Any], order: tuple[str, ...]) -> dict[str, Any]:
    known = {name: data[name] for name in order if name in data}
    return known | {name: value for name, value in data.items() if name not in known}
