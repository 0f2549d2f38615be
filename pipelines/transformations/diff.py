"""What differs between two versions of a transformation, for people and programs. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from difflib import unified_diff
from typing import Any

from deployments.rollouts import configuration
from pipelines.transformations import compatibility
from pipelines.transformations.compatibility import Comparison
from portal import diff as texts

Spec = Mapping[str, Any]
NOUNS = {
    "inputs": "Input",
    "parameters": "Parameter",
    "checks": "Check",
    "deliveries": "Delivery",
    "set_by_file": "Default",
}
EFFECTS = {"Set here": "Added", "As in the file again": "Removed"}  # of a file, not of a place


@dataclass(frozen=True, slots=True)
class Party:
    """An input or a delivery then and now: what it is, and what becomes of it ("" the same)."""

    name: str
    old: str
    new: str
    effect: str

    @property
    def is_changed(self) -> bool:
        return self.effect != ""


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs between two specs."""

    sql: texts.Diff
    unified: str
    contract: Comparison
    inputs: tuple[Party, ...]
    parameters: tuple[Party, ...]
    checks: tuple[Party, ...]
    deliveries: tuple[Party, ...]
    defaults: tuple[Mapping[str, str], ...]
    is_same_meaning: bool

    @property
    def set_by_file(self) -> tuple[Party, ...]:
        """The schedule, limits and values of the file that differ."""
        return tuple(
            Party(row["name"], row["old"], row["new"], EFFECTS.get(row["effect"], row["effect"]))
            for row in self.defaults
        )

    def changed(self, kind: str) -> list[Party]:
        """Those of a kind of `NOUNS` that differ."""
        return [party for party in getattr(self, kind) if party.is_changed]

    def others(self) -> list[tuple[str, Party]]:
        """What else differs beside SQL and contract: (what it is, then and now)."""
        return [(noun, party) for kind, noun in NOUNS.items() for party in self.changed(kind)]

    def words(self) -> list[str]:
        """What changes, as one would say it: "the SQL", "one input", "2 columns".

        A check that goes is said apart: nothing else of a file guards what clients get.
        """
        said = [] if self.sql.is_same else ["the SQL"]
        counts = {
            "column": len(self.contract.changed),
            "input": sum(party.is_changed for party in self.inputs),
            "parameter": sum(party.is_changed for party in self.parameters),
            "check": sum(party.is_changed and bool(party.new) for party in self.checks),
            "delivery": sum(party.is_changed for party in self.deliveries),
            "default": len(self.defaults),
        }
        said += [_counted(count, noun) for noun, count in counts.items() if count]
        gone = sum(party.is_changed and not party.new for party in self.checks)
        return [*said, f"{_counted(gone, 'check')} removed"] if gone else said

    def as_json(self) -> dict[str, Any]:
        """For the API: rows of the SQL with the words that differ marked, and all the rest."""
        return {
            "is_same_meaning": self.is_same_meaning,
            "sql": {
                "unified": self.unified,
                "added": self.sql.added,
                "removed": self.sql.removed,
                "rows": [_line(line) for line in self.sql.lines],
            },
            "contract": {
                "is_compatible": not self.contract.breaking,
                "rows": [row.as_json() for row in self.contract.rows],
            },
            "inputs": [asdict(party) for party in self.inputs],
            "parameters": [asdict(party) for party in self.parameters],
            "checks": [asdict(party) for party in self.checks],
            "deliveries": [asdict(party) for party in self.deliveries],
            "defaults": [dict(row) for row in self.defaults],
        }


def compare(old: Spec, new: Spec, *, is_same_meaning: bool = False) -> Difference:
    """What changes from `old` to `new`. Whether both mean the same is known where both are kept."""
    return Difference(
        sql=texts.compare(old["sql"], new["sql"]),
        unified=unified(old["sql"], new["sql"]),
        contract=compatibility.compare(old.get("contract"), new.get("contract")),
        inputs=tuple(_parties(_inputs(old), _inputs(new))),
        parameters=tuple(_parties(_parameters(old), _parameters(new))),
        checks=tuple(_parties(_checks(old), _checks(new))),
        deliveries=tuple(_parties(deliveries(old), deliveries(new))),
        defaults=tuple(
            configuration.difference(old.get("defaults") or {}, new.get("defaults") or {})
        ),
        is_same_meaning=is_same_meaning,
    )


def unified(old: str, new: str, before: str = "spec.sql", after: str = "spec.sql") -> str:
    """The unified diff of two SQL texts, "" where they are the same."""
    lines = unified_diff(old.splitlines(), new.splitlines(), before, after, lineterm="")
    return "\n".join(lines)


def deliveries(spec: Spec) -> dict[str, str]:
    """What each delivery gives, by "client/destination"."""
    return {
        f"{entry['client']}/{entry['destination']}": delivery_words(entry)
        for entry in spec.get("deliveries", [])
    }


def delivery_words(entry: Mapping[str, Any]) -> str:
    """ "Parquet at punctuality/{month}.parquet", or "Table reports.punctuality, upserted" """
    if entry.get("table"):
        return f"Table {entry['table']}{', upserted' if entry.get('mode') == 'upsert' else ''}"
    formats = {"parquet": "Parquet", "csv": "CSV", "jsonl": "JSON lines"}
    where = f" at {entry['path']}" if entry.get("path") else ""
    return f"{formats[entry['format']]}{where}"


def input_words(entry: Mapping[str, Any]) -> str:
    """ "nyc-files: flights.parquet" """
    place = entry.get("path") or entry.get("table")
    said = f" as {entry['format']}" if entry.get("format") else ""
    return f"{entry['connection']}: {place}{said}"


def _inputs(spec: Spec) -> dict[str, str]:
    return {name: input_words(entry) for name, entry in spec.get("inputs", {}).items()}


def _parameters(spec: Spec) -> dict[str, str]:
    return {
        name: ", ".join(
            f"{key} {value}" if key != "type" else str(value)
            for key, value in sorted(entry.items(), key=lambda item: (item[0] != "type", item[0]))
            if key != "description"
        )
        for name, entry in spec.get("parameters", {}).items()
    }


def _checks(spec: Spec) -> dict[str, str]:
    return {check["name"]: check["sql"] for check in spec.get("checks", [])}


def _parties(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Party]:
    for name in [*new, *(name for name in old if name not in new)]:
        before, after = old.get(name, ""), new.get(name, "")
        effect = "" if before == after else "Changed"
        if name not in old:
            effect = "Added"
        elif name not in new:
            effect = "Removed"
        yield Party(name, before, after, effect)


def _line(line: texts.Line) -> dict[str, Any]:
    return {
        "kind": line.kind,
        "old_line": line.old,
        "new_line": line.new,
        "skipped": line.skipped,
        "parts": [{"text": part.text, "is_changed": part.is_changed} for part in line.parts],
    }


def _counted(count: int, noun: str) -> str:
    plural = "deliveries" if noun == "delivery" else f"{noun}s"
    return f"one {noun}" if count == 1 else f"{count} {plural}"
