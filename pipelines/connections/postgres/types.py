"""How a column of PostgreSQL is read: what to ask for, and what it becomes in the engine. Pure.

Whatever has no exact place in the engine becomes text or is refused by name; nothing is rounded.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.engines.base import Arriving

PLAIN = {
    "bool": "BOOLEAN",
    "int2": "SMALLINT",
    "int4": "INTEGER",
    "int8": "BIGINT",
    "oid": "BIGINT",
    "float4": "FLOAT",
    "float8": "DOUBLE",
    "date": "DATE",
    "time": "TIME",
    "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMP WITH TIME ZONE",
    "uuid": "UUID",
}
TEXTS = {
    *("text", "varchar", "bpchar", "char", "name", "citext", "xml", "json", "jsonb"),
    *("inet", "cidr", "macaddr", "macaddr8", "timetz", "ltree"),
}
ODD = {
    "bytea": ("encode({}, 'hex')", "BLOB", "hex"),
    # Parquet would cut it to milliseconds, and the engine reads no “+”.
    "interval": ("replace({}::text, '+', '')", "VARCHAR", "plain"),
}
WIDEST = 38  # digits of a DECIMAL
LOOSE = (38, 10)  # for numeric without a size
UNREADABLE = "?"


@dataclass(frozen=True, slots=True)
class Found:
    """A column as the catalogue has it, domains taken off. `element` is that of an array.

    `modifier` is PostgreSQL's own: precision and scale of a numeric; -1 is none.
    """

    name: str
    type: str
    is_enum: bool
    element: str
    element_is_enum: bool
    modifier: int
    dimensions: int
    said: str  # as people write the type


@dataclass(frozen=True, slots=True)
class Reading:
    """What to select, with {} for the quoted name, and how it arrives in the engine.

    `scale` >= 0: more decimals than that are refused when they come.
    """

    expression: str
    arriving: Arriving
    scale: int = -1


def reading(found: Found) -> Reading | None:
    """How this column is read; None where it can't be."""
    if found.element:
        return _list(found)
    if found.type == "numeric":
        return _numeric(found)
    if found.type in ODD:
        expression, kind, form = ODD[found.type]
        return Reading(expression, Arriving(found.name, kind, form))
    if found.is_enum or found.type in TEXTS:
        return Reading("{}::text", Arriving(found.name, "VARCHAR"))
    if found.type in PLAIN:
        return Reading("{}", Arriving(found.name, PLAIN[found.type]))
    return None


def shown(found: Found) -> str:
    """The type as an editor shows it: the engine's, or PostgreSQL's where it can't be read."""
    read = reading(found)
    return read.arriving.type if read else f"{found.said} {UNREADABLE}"


def unreadable(found: Found, table: str) -> str:
    """Why a column can't be read, and the way out."""
    return (
        f"The column {found.name} of {table} is {found.said}, which has no counterpart in a query "
        f"here. Leave it out, or read a view that turns it into text: {found.name}::text."
    )


def _numeric(found: Found) -> Reading:
    size = _size(found.modifier)
    if size is not None:
        return Reading("{}", Arriving(found.name, f"DECIMAL({size[0]},{size[1]})"))
    precision, scale = LOOSE
    arriving = Arriving(found.name, f"DECIMAL({precision},{scale})")
    return Reading("{}", arriving, scale=scale)


def size(modifier: int) -> tuple[int, int]:
    """Precision and scale of a sized numeric, by the modifier in the catalogue.

    Source: numeric.c of PostgreSQL, make_numeric_typmod and numeric_typmod_scale.
    """
    packed = modifier - 4
    return (packed >> 16) & 0xFFFF, ((packed & 0x7FF) ^ 1024) - 1024


def _size(modifier: int) -> tuple[int, int] | None:
    """Precision and scale, as the engine can hold them; None where it can't, or there are none."""
    if modifier < 0:
        return None
    precision, scale = size(modifier)
    if scale < 0:
        precision, scale = precision - scale, 0
    precision = max(precision, scale)
    return (precision, scale) if precision <= WIDEST else None


def _list(found: Found) -> Reading | None:
    if found.dimensions > 1:
        return None
    kind = PLAIN.get(found.element)
    if found.element_is_enum or found.element in TEXTS:
        kind = "VARCHAR"
    elif found.element == "numeric":
        size = _size(found.modifier) or LOOSE
        kind = f"DECIMAL({size[0]},{size[1]})"
    if kind is None:
        return None
    return Reading("array_to_json({}::text[])::text", Arriving(found.name, f"{kind}[]", "list"))
