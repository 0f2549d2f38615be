"""Whether clients who read an older contract can read a newer one, column by column. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pipelines.transformations import column_types
from portal.files.findings import listed
from portal.tones import Tone

Contract = Mapping[str, Any]
ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Row:
    """One column then and now; `is_breaking` where a reader of the old contract may fail."""

    column: str
    old: str
    new: str
    effect: str
    tone: Tone
    is_key: bool = False
    is_breaking: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All columns of both contracts, in the order of the newer one."""

    rows: tuple[Row, ...]

    @property
    def breaking(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.is_breaking)

    @property
    def changed(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.effect != "Same")

    def summary(self, old: str, new: str) -> str:
        """A sentence about both, which are called `old` and `new`."""
        if self.breaking:
            columns = listed(row.column for row in self.breaking)
            return f"not compatible: clients that read {old} may fail on {columns}"
        return f"compatible: clients that read {old} can read {new}"


def compare(old: Contract | None, new: Contract | None) -> Comparison:
    """What changes for readers from `old` to `new`; None is a file without a contract."""
    before, after = _columns(old), _columns(new)
    keys = {*_key(old), *_key(new)}
    rows = [_row(name, before.get(name), after[name], is_key=name in keys) for name in after]
    rows += [
        _row(name, column, None, is_key=name in keys)
        for name, column in before.items()
        if name not in after
    ]
    return Comparison((*rows, *_key_row(_key(old), _key(new), is_new=not before)))


def as_new(contract: Contract | None) -> Comparison:
    """The columns of a contract that has nothing to be compared with."""
    keys = set(_key(contract))
    rows = [
        Row(name, "", _type(column), _promise(column), "neutral", name in keys)
        for name, column in _columns(contract).items()
    ]
    return Comparison(tuple(rows))


def _row(name: str, old: Contract | None, new: Contract | None, *, is_key: bool) -> Row:
    if old is None and new is not None:
        effect = "Added" if new.get("required") else "Added, may be empty"
        return Row(name, ABSENT, _type(new), effect, "good", is_key)
    assert old is not None
    if new is None:
        return Row(name, _type(old), ABSENT, "Removed", "bad", is_key, is_breaking=True)
    effects = list(_effects(old, new))
    if not effects:
        return Row(name, _type(old), _type(new), "Same", "neutral", is_key)
    words = "; ".join(effect for effect, _ in effects)
    tones = [tone for _, tone in effects]
    tone: Tone = "bad" if "bad" in tones else "warn" if "warn" in tones else "good"
    return Row(name, _type(old), _type(new), words, tone, is_key, is_breaking=tone == "bad")


def _effects(old: Contract, new: Contract) -> Iterator[tuple[str, Tone]]:
    before, after = _canonical(old), _canonical(new)
    if before != after:
        if column_types.is_wider(after, before):
            yield "Wider: old values fit", "warn"
        else:
            yield "Another type", "bad"
    if old.get("required") and not new.get("required"):
        yield "May now be empty", "bad"
    if new.get("required") and not old.get("required"):
        yield "Never empty now", "good"
    if old.get("classification") != new.get("classification"):
        yield ("Now personal" if new.get("classification") else "No longer personal"), "warn"


def _key_row(old: Sequence[str], new: Sequence[str], *, is_new: bool) -> Iterator[Row]:
    if is_new or set(old) == set(new):
        return
    yield Row(
        "(key)",
        ", ".join(old) or "none",
        ", ".join(new) or "none",
        "A row stands for something else",
        "bad",
        is_key=True,
        is_breaking=bool(old),
    )


def _columns(contract: Contract | None) -> dict[str, Contract]:
    return {column["name"]: column for column in (contract or {}).get("columns", [])}


def _key(contract: Contract | None) -> list[str]:
    return list((contract or {}).get("key", []))


def _type(column: Contract) -> str:
    return str(column["type"]).lower()


def _canonical(column: Contract) -> str:
    return column_types.canonical(str(column["type"])) or str(column["type"])


def _promise(column: Contract) -> str:
    return "Never empty" if column.get("required") else "May be empty"
