"""Compares a result with its contract and key, in sentences that hold no values of rows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.engines.base import Column, EngineError
from pipelines.engines.duckdb.session import Session, identifier

# Types that Parquet would store as something else; what to write instead.
_UNSTORABLE = {
    "UHUGEINT": "CAST({name} AS DECIMAL(38, 0))",
    "HUGEINT": "CAST({name} AS BIGINT)",
    "BIGNUM": "CAST({name} AS DECIMAL(38, 0))",
    "UNION": "one of its members",
    "GEOMETRY": "ST_AsText({name})",
    "BIT": "CAST({name} AS VARCHAR)",
    '"NULL"': "CAST({name} AS VARCHAR)",
}
_FIXED_LENGTH = re.compile(r"\[\d+\]")
_STORED_AS = {"TIMESTAMP_S": "TIMESTAMP", "TIMESTAMP_MS": "TIMESTAMP"}

Found = Sequence[tuple[str, str]]
FEW_ROWS = 10_000


def stored(kind: str) -> str:
    """The type that a column has once it is staged as Parquet."""
    if kind.startswith("ENUM("):
        return "VARCHAR"
    return _STORED_AS.get(kind) or _FIXED_LENGTH.sub("[]", kind)


def promised(session: Session, columns: Sequence[Column]) -> dict[str, str]:
    """The contract's types as DuckDB spells them. EngineError for a type that it does not know."""
    types = {}
    for column in columns:
        try:
            types[column.name] = str(session.connection.sqltype(column.type))
        except Exception:  # noqa: BLE001 - DuckDB raises several kinds here, all meaning the same
            words = f"The contract says that {column.name} is {column.type}, an unknown type."
            raise EngineError(words, permanent=True, kind="contract") from None
    return types


def shape(session: Session, found: Found, columns: Sequence[Column], key: Sequence[str]) -> None:
    """Refuse, before the query runs, columns that break the contract or cannot be stored."""
    complaints = _storable(found) or _twice(found)
    if columns and not complaints:
        complaints = _kept(found, promised(session, columns))
    names = {name for name, _ in found}
    complaints += [
        f"The key names {name}, which the query does not return."
        for name in key
        if name not in names
    ]
    if complaints:
        raise EngineError(" ".join(complaints), permanent=True, kind="contract")


def _storable(found: Found) -> list[str]:
    complaints = []
    for name, kind in found:
        spelled = next((word for word in _UNSTORABLE if word in kind), None)
        if spelled is not None:
            instead = _UNSTORABLE[spelled].format(name=name)
            shown = "NULL without a type" if kind == '"NULL"' else kind
            complaints.append(
                f"The column {name} is {shown}, which a Parquet file cannot hold; write {instead}."
            )
    return complaints


def _twice(found: Found) -> list[str]:
    names = [name.lower() for name, _ in found]
    again = sorted({name for name in names if names.count(name) > 1})
    return [f"The query returns the column {name} more than once." for name in again]


def _kept(found: Found, promises: dict[str, str]) -> list[str]:
    kinds = dict(found)
    complaints = [
        f"The contract promises the column {name}, which the query does not return."
        for name in promises
        if name not in kinds
    ]
    for name, kind in found:
        if name not in promises:
            complaints.append(
                f"The query returns the column {name}, which the contract does not name; "
                "add it to the contract or leave it out of the query."
            )
        elif promises[name] not in {kind, stored(kind)}:
            complaints.append(
                f"The contract says that {name} is {promises[name]}, and the query returns {kind}; "
                f"write CAST({name} AS {promises[name]}) or change the contract."
            )
    return complaints


def rows(
    session: Session,
    columns: Sequence[Column],
    key: Sequence[str],
    *,
    rows_out: int,
    counted: Sequence[str],
) -> int:
    """Refuse a staged result with NULL where a value is required, or with a key that repeats.

    Answers the rows of the views in `counted`, in the same statement, as each costs a millisecond.
    """
    required = [column.name for column in columns if column.required]
    names = list(dict.fromkeys([*required, *key]))
    is_small = rows_out <= FEW_ROWS
    wanted = [f"(SELECT count(*) FROM {identifier(view)})" for view in counted] or ["0"]
    picked = [" + ".join(wanted), "count(*)", _distinct(key) if key and is_small else "0"]
    picked += [f"count({identifier(name)})" for name in names]
    rows_in, total, distinct, *filled = session.run(f"SELECT {', '.join(picked)} FROM result")[0]
    gaps = {name: total - n for name, n in zip(names, filled, strict=True) if n < total}
    if gaps:
        raise _has_nulls(gaps, total, key)
    if key and (not is_small or distinct < total):
        _refuse_repeats(session, key)
    return int(rows_in)


def _distinct(key: Sequence[str]) -> str:
    """How many different keys there are; for few rows a list is faster than a hash table."""
    return f"coalesce(len(list_distinct(list(row({_listed(key)})))), 0)"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(identifier(name) for name in names)


def _refuse_repeats(session: Session, key: Sequence[str]) -> None:
    values, among = session.run(
        "SELECT count(*), coalesce(sum(n), 0)::BIGINT FROM (SELECT count(*) AS n FROM result "
        f"GROUP BY {_listed(key)} HAVING count(*) > 1)"
    )[0]
    if values:
        verb = "appears" if values == 1 else "appear"
        raise EngineError(
            f"The key ({', '.join(key)}) is not unique: {_count(values, 'value')} of it {verb} "
            f"more than once, in {among:,} rows.",
            permanent=True,
            kind="key",
        )


def _has_nulls(gaps: dict[str, int], total: int, key: Sequence[str]) -> EngineError:
    said = " ".join(
        f"The column {name} is {'part of the key' if name in key else 'required'} and is NULL "
        f"in {_count(gap, 'row')} of {total:,}."
        for name, gap in gaps.items()
    )
    kind = "key" if set(gaps) & set(key) else "contract"
    return EngineError(said, permanent=True, kind=kind)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
