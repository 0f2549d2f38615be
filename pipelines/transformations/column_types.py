"""Column types as DuckDB knows them: which words are types, and which mean the same. Pure.

https://duckdb.org/docs/stable/sql/data_types/overview
"""

from __future__ import annotations

import re
from collections.abc import Iterator

ALIASES = {
    "BIGINT": ("INT8", "INT64", "LONG", "OID"),
    "BIT": ("BITSTRING",),
    "BLOB": ("BYTEA", "BINARY", "VARBINARY"),
    "BOOLEAN": ("BOOL", "LOGICAL"),
    "DATE": (),
    "DECIMAL": ("NUMERIC", "DEC"),
    "DOUBLE": ("FLOAT8", "DOUBLE PRECISION"),
    "FLOAT": ("FLOAT4", "REAL"),
    "HUGEINT": ("INT128",),
    "INTEGER": ("INT", "INT4", "INT32", "INTEGRAL", "SIGNED"),
    "INTERVAL": (),
    "JSON": (),
    "SMALLINT": ("INT2", "INT16", "SHORT"),
    "TIME": ("TIME WITHOUT TIME ZONE",),
    "TIME WITH TIME ZONE": ("TIMETZ",),
    "TIMESTAMP": ("DATETIME", "TIMESTAMP_US", "TIMESTAMP WITHOUT TIME ZONE"),
    "TIMESTAMP WITH TIME ZONE": ("TIMESTAMPTZ",),
    "TIMESTAMP_MS": (),
    "TIMESTAMP_NS": (),
    "TIMESTAMP_S": (),
    "TINYINT": ("INT1",),
    "UBIGINT": ("UINT64",),
    "UHUGEINT": ("UINT128",),
    "UINTEGER": ("UINT32",),
    "USMALLINT": ("UINT16",),
    "UTINYINT": ("UINT8",),
    "UUID": ("GUID",),
    "VARCHAR": ("TEXT", "STRING", "CHAR", "BPCHAR", "NVARCHAR"),
}
KNOWN = {alias: name for name, others in ALIASES.items() for alias in (name, *others)}
COMMON = "varchar, bigint, integer, double, decimal(18,2), boolean, date, timestamp"
# Which types hold every value of the other one, so that a wider one loses nothing.
WIDER = {
    "TINYINT": ("SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE"),
    "SMALLINT": ("INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE"),
    "INTEGER": ("BIGINT", "HUGEINT", "DOUBLE"),
    "BIGINT": ("HUGEINT",),
    "UTINYINT": ("USMALLINT", "UINTEGER", "UBIGINT", "SMALLINT", "INTEGER", "BIGINT"),
    "USMALLINT": ("UINTEGER", "UBIGINT", "INTEGER", "BIGINT"),
    "UINTEGER": ("UBIGINT", "BIGINT"),
    "FLOAT": ("DOUBLE",),
    "DATE": ("TIMESTAMP",),
}
TOKEN = re.compile(r'\s*(?:([A-Za-z_][A-Za-z0-9_]*)|("(?:[^"]|"")+")|([0-9]+)|([()\[\],]))')
DEEPEST = 6


class NotAType(Exception):
    """The text names no type."""


def canonical(text: str) -> str | None:
    """The type in DuckDB's own spelling ("text" is VARCHAR), or None where it is none."""
    try:
        reader = _Reader(text)
        found = reader.type(0)
        reader.end()
    except NotAType:
        return None
    return found


def is_wider(new: str, old: str) -> bool:
    """Whether every value of `old` (canonical) fits into `new`."""
    return new in WIDER.get(old, ())


class _Reader:
    """type := name ["(" ... ")"] ("[" [size] "]")* over the tokens of a text."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0

    def type(self, depth: int) -> str:
        if depth > DEEPEST:
            raise NotAType
        word = self._word()
        if word in {"STRUCT", "ROW"}:
            base = f"STRUCT({', '.join(self._fields(depth))})"
        elif word == "MAP":
            self._expect("(")
            key = self.type(depth + 1)
            self._expect(",")
            base = f"MAP({key}, {self.type(depth + 1)})"
            self._expect(")")
        else:
            base = self._plain(word)
        return base + self._lists()

    def end(self) -> None:
        if self._at != len(self._tokens):
            raise NotAType

    def _plain(self, word: str) -> str:
        longest = self._longest(word)
        if longest not in KNOWN:
            raise NotAType
        name = KNOWN[longest]
        if name == "DECIMAL":
            return self._decimal()
        if name == "VARCHAR" and self._take("("):  # a length is read and means nothing
            self._number()
            self._expect(")")
        return name

    def _longest(self, word: str) -> str:
        """DOUBLE PRECISION, TIMESTAMP WITH TIME ZONE: words that belong together."""
        for count in (4, 2):
            words = [word, *self._tokens[self._at : self._at + count - 1]]
            joined = " ".join(words).upper()
            if len(words) == count and joined in KNOWN:
                self._at += count - 1
                return joined
        return word

    def _decimal(self) -> str:
        width, scale = 18, 3  # DuckDB's own defaults
        if self._take("("):
            width, scale = self._number(), 0
            if self._take(","):
                scale = self._number()
            self._expect(")")
        if not 1 <= width <= 38 or scale > width:
            raise NotAType
        return f"DECIMAL({width},{scale})"

    def _fields(self, depth: int) -> Iterator[str]:
        self._expect("(")
        while True:
            name = self._next()
            if not (name.isidentifier() or name.startswith('"')):
                raise NotAType
            yield f"{name} {self.type(depth + 1)}"
            if self._take(")"):
                return
            self._expect(",")

    def _lists(self) -> str:
        text = ""
        while self._take("["):
            size = "" if self._peek() == "]" else str(self._number())
            self._expect("]")
            text += f"[{size}]"
        return text

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        self._at += 1
        return token

    def _word(self) -> str:
        word = self._next()
        if not word.isidentifier():
            raise NotAType
        return word.upper()

    def _number(self) -> int:
        token = self._next()
        if not token.isdecimal() or len(token) > 6:
            raise NotAType
        return int(token)

    def _take(self, token: str) -> bool:
        is_here = self._peek() == token
        self._at += is_here
        return is_here

    def _expect(self, token: str) -> None:
        if not self._take(token):
            raise NotAType


def _tokens(text: str) -> Iterator[str]:
    at = 0
    text = text.rstrip()
    while at < len(text):
        found = TOKEN.match(text, at)
        if not found:
            raise NotAType
        yield found[0].strip()
        at = found.end()
