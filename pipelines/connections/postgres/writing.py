"""How a column of a result is kept in PostgreSQL, and whether it fits a column that is there. Pure.

A column fits where every value of it does: nothing is rounded or cut on the way into a client's
table. Whatever is text there takes everything.
"""

from __future__ import annotations

import re

from pipelines.connections.postgres.types import Found, size

DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
SAME = {
    "BOOLEAN": "boolean",
    "TINYINT": "smallint",
    "SMALLINT": "smallint",
    "UTINYINT": "smallint",
    "INTEGER": "integer",
    "USMALLINT": "integer",
    "BIGINT": "bigint",
    "UINTEGER": "bigint",
    "UBIGINT": "numeric(20,0)",
    "HUGEINT": "numeric(39,0)",
    "UHUGEINT": "numeric(39,0)",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "DATE": "date",
    "TIME": "time",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP_S": "timestamp",
    "TIMESTAMP_MS": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
    "INTERVAL": "interval",
    "UUID": "uuid",
    "BLOB": "bytea",
    "VARCHAR": "text",
    "JSON": "jsonb",
}
# Decimal digits that a whole number may have.
DIGITS = {"int2": 4, "int4": 9, "int8": 18}
WHOLE = {
    "TINYINT": 3,
    "UTINYINT": 3,
    "SMALLINT": 5,
    "USMALLINT": 5,
    "INTEGER": 10,
    "UINTEGER": 10,
    "BIGINT": 19,
    "UBIGINT": 20,
    "HUGEINT": 39,
    "UHUGEINT": 39,
}
HOLDS = {  # what PostgreSQL's type takes besides what is said above
    "int2": {"TINYINT", "UTINYINT", "SMALLINT"},
    "int4": {"TINYINT", "UTINYINT", "SMALLINT", "USMALLINT", "INTEGER"},
    "int8": {*("TINYINT", "UTINYINT", "SMALLINT", "USMALLINT", "INTEGER", "UINTEGER", "BIGINT")},
    "float4": {"FLOAT", "TINYINT", "UTINYINT", "SMALLINT", "USMALLINT"},
    "float8": {*("FLOAT", "DOUBLE", "TINYINT", "UTINYINT", "SMALLINT", "USMALLINT", "INTEGER")},
    "bool": {"BOOLEAN"},
    "date": {"DATE"},
    "time": {"TIME"},
    "timestamp": {"TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "DATE"},
    "timestamptz": {"TIMESTAMP WITH TIME ZONE"},
    "interval": {"INTERVAL"},
    "uuid": {"UUID"},
    "bytea": {"BLOB"},
    "json": {"JSON", "VARCHAR"},
    "jsonb": {"JSON", "VARCHAR"},
}
ANY_TEXT = {"text", "citext"}
SHORT_TEXT = {"varchar", "bpchar", "name"}  # a value that is too long is refused when it comes


def declared(kind: str) -> str | None:
    """The type of a column that is made for this kind; None where PostgreSQL has none."""
    if DECIMAL.fullmatch(kind):
        return kind.replace("DECIMAL", "numeric")
    if is_nested(kind):
        return "jsonb"
    return SAME.get(kind)


def is_nested(kind: str) -> bool:
    """A list, struct, map or union: it travels as JSON."""
    return kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION"))


def fits(kind: str, found: Found) -> bool:
    """Whether every value of this kind has its place in that column."""
    if found.type in ANY_TEXT:
        return True
    if is_nested(kind):
        return found.type in {"json", "jsonb"}
    if kind == "VARCHAR" and (found.is_enum or found.type in SHORT_TEXT):
        return True
    if found.type == "numeric":
        return _fits_numeric(kind, found.modifier)
    decimal = DECIMAL.fullmatch(kind)
    if decimal:
        digits, scale = int(decimal[1]), int(decimal[2])
        return scale == 0 and digits <= DIGITS.get(found.type, 0)
    return kind in HOLDS.get(found.type, set())


def _fits_numeric(kind: str, modifier: int) -> bool:
    decimal = DECIMAL.fullmatch(kind)
    if decimal:
        before, after = int(decimal[1]) - int(decimal[2]), int(decimal[2])
    elif kind in WHOLE:
        before, after = WHOLE[kind], 0
    else:
        return kind in {"FLOAT", "DOUBLE"} and modifier < 0
    if modifier < 0:
        return True
    precision, scale = size(modifier)
    return after <= scale and before <= precision - scale
