"""What a preview suggests: a contract, and checks that its rows pass; people accept it. Pure."""

# ruff: noqa: S608 - these are words for a file; a sandbox is where they are ever run

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PERSONAL = re.compile(
    r"(^|_)(e?mail|phone|mobile|fax|first_?name|last_?name|surname|full_?name|birth\w*|dob|ssn|"
    r"passport|iban|address|street|zip|postcode|ip|ip_address|customer|passenger|person|user)(_|$)"
)
MOST_IN_A_CHECK = 12
RECONCILED = "every row counted once"
PARTLY = " Seen on a part of the input only."


@dataclass(frozen=True, slots=True)
class ColumnProposal:
    """A column as it was seen; what is ticked in the form. `seen` says why, in words."""

    name: str
    type: str
    is_key: bool = False
    is_required: bool = False
    is_personal: bool = False
    looks_personal: bool = False
    nulls: int | None = None
    distinct: int | None = None

    @property
    def seen(self) -> str:
        """ "16 values", "3 empty" """
        if self.distinct is None:
            return ""
        empty = f"{self.nulls:,} empty" if self.nulls else ""
        values = f"{self.distinct:,} value{'' if self.distinct == 1 else 's'}"
        return f"{values}, {empty}" if empty else values


@dataclass(frozen=True, slots=True)
class CheckProposal:
    """A check in the file's form, with what speaks for it."""

    name: str
    sql: str
    reason: str
    is_ticked: bool = True


def columns(
    described: Sequence[Mapping[str, Any]],
    figures: Sequence[Mapping[str, Any]],
    key: Collection[str],
    *,
    is_cut: bool,
) -> list[ColumnProposal]:
    """A contract out of what the query gives (`described`) and what was seen of it (`figures`).

    Where only a part of the input was seen (`is_cut`), the rest may be empty: nothing is promised.
    """
    known = {row["name"]: row for row in figures}
    return [
        _column(row["name"], row["type"], known.get(row["name"]), key, is_cut=is_cut)
        for row in described
    ]


def _column(
    name: str, kind: str, seen: Mapping[str, Any] | None, key: Collection[str], *, is_cut: bool
) -> ColumnProposal:
    return ColumnProposal(
        name=name,
        type=kind.lower(),
        is_key=name in key,
        is_required=bool(seen and seen["nulls"] == 0 and not is_cut) or name in key,
        looks_personal=PERSONAL.search(name.lower()) is not None,
        nulls=seen["nulls"] if seen else None,
        distinct=seen["distinct"] if seen else None,
    )


def key(
    keys: Sequence[Sequence[str]],
    grouped: Sequence[str],
    figures: Sequence[Mapping[str, Any]],
    rows: int,
) -> list[str]:
    """What tells rows apart: what the query groups by, if it does; else the shortest that was seen.

    A measure that happens to differ in every row is no name for it: names come before numbers.
    """
    known = {row["name"]: row for row in figures}
    if grouped and all(name in known and known[name]["nulls"] == 0 for name in grouped):
        return list(grouped)
    if rows < 2 or not keys:
        return []
    texts = [one for one in keys if all(known[name]["type"] == "VARCHAR" for name in one)]
    named = [one for one in keys if any(name.lower().endswith(("id", "key")) for name in one)]
    return list((named or texts or keys)[0])


def checks(
    proposed: Sequence[ColumnProposal],
    *,
    rows: int,
    is_cut: bool,
    reconciliation: str,
    parameters: Collection[str],
    tried: Mapping[str, bool],
) -> list[CheckProposal]:
    """Checks that the rows of the preview pass. `tried` are those that it ran, by name."""
    found = []
    key = [column.name for column in proposed if column.is_key]
    if key:
        found.append(_unique(key, rows))
    full = [
        column.name
        for column in proposed
        if (column.is_required or (is_cut and column.nulls == 0)) and not column.is_key
    ]
    if full:
        found.append(_never_empty(full[:MOST_IN_A_CHECK], is_cut=is_cut))
    if reconciliation:
        found.append(_reconciled(reconciliation, is_passed=tried.get(RECONCILED, True)))
    if rows:
        found.append(_row_count(rows, is_cut=is_cut, has_parameters=bool(parameters)))
    return found


def _reconciled(sql: str, *, is_passed: bool) -> CheckProposal:
    reason = "What the result counts is what the source holds: finds joins that double rows."
    if not is_passed:
        reason = (
            "Does not hold in the preview: the result counts other rows than the source holds. "
            "Look at the joins."
        )
    return CheckProposal(RECONCILED, sql, reason, is_ticked=is_passed)


def _unique(names: Sequence[str], rows: int) -> CheckProposal:
    listed = ", ".join(_quoted(name) for name in names)
    return CheckProposal(
        f"{' and '.join(names)} unique"[:120],
        f"SELECT {listed} FROM result GROUP BY {listed} HAVING count(*) > 1",
        f"All {rows:,} rows of the preview differ in it.",
    )


def _never_empty(names: Sequence[str], *, is_cut: bool) -> CheckProposal:
    condition = " OR ".join(f"{_quoted(name)} IS NULL" for name in names)
    more = f"{names[0]} and {len(names) - 1} more" if len(names) > 2 else " and ".join(names)
    return CheckProposal(
        f"{more} never empty"[:120],
        f"SELECT * FROM result WHERE {condition}",
        f"None of them is empty in the preview.{PARTLY if is_cut else ''}",
        is_ticked=not is_cut,
    )


def _row_count(rows: int, *, is_cut: bool, has_parameters: bool) -> CheckProposal:
    """Half of it to twice as much: room to grow. Not ticked where other runs may differ more."""
    least, most = max(1, rows // 2), max(2, rows * 2)
    doubt = PARTLY if is_cut else ""
    doubt = doubt or (" Other parameters may give more or less." if has_parameters else "")
    return CheckProposal(
        "row count as expected",
        f"SELECT count(*) AS n FROM result HAVING count(*) NOT BETWEEN {least} AND {most}",
        f"The preview has {rows:,}.{doubt}",
        is_ticked=not is_cut and not has_parameters,
    )


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"[a-z_][a-z0-9_]*", name) else '"' + name.replace('"', '""') + '"'
