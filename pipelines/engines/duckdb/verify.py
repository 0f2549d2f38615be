"""Compares a result with its contract and key, in sentences that hold no values of rows."""

from __future__ import annotations

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
_STORED_AS = {"TIMESTAMP_S": "TIMESTAMP", "TIMESTAMP_MS": "TIMESTAMP"}

Found = Sequence[tuple[str, str]]


def stored(kind: str) -> str:
    """The type that a column has once it is staged as Parquet."""
    return "VARCHAR" if kind.startswith("ENUM(") else _STORED_AS.get(kind, kind)


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


def rows(session: Session, columns: Sequence[Column], key: Sequence[str]) -> None:
    """Refuse a staged result with NULL where a value is required, or with a key that repeats."""
    required = [column.name for column in columns if column.required]
    needed = list(dict.fromkeys([*required, *key]))
    if needed:
        _no_nulls(session, needed, key)
    if key:
        _no_repeats(session, key)


def _no_nulls(session: Session, names: Sequence[str], key: Sequence[str]) -> None:
    counts = ", ".join(f"count({identifier(name)})" for name in names)
    total, *filled = session.run(f"SELECT count(*), {counts} FROM result")[0]
    gaps = {name: total - n for name, n in zip(names, filled, strict=True) if n < total}
    if gaps:
        said = " ".join(
            f"The column {name} is {'part of the key' if name in key else 'required'} and is NULL "
            f"in {_count(gap, 'row')} of {total:,}."
            for name, gap in gaps.items()
        )
        kind = "key" if set(gaps) & set(key) else "contract"
        raise EngineError(said, permanent=True, kind=kind)


def _no_repeats(session: Session, key: Sequence[str]) -> None:
    names = ", ".join(identifier(name) for name in key)
    values, repeated = session.run(
        "SELECT count(*), coalesce(sum(n), 0)::BIGINT FROM "
        f"(SELECT count(*) AS n FROM result GROUP BY {names} HAVING count(*) > 1)"
    )[0]
    if values:
        raise EngineError(
            f"The key ({', '.join(key)}) is not unique: {_count(values, 'value')} of it "
            f"{'appears' if values == 1 else 'appear'} more than once, in {repeated:,} rows.",
            permanent=True,
            kind="key",
        )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
