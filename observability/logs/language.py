"""The query line: fields, quotes, negation. Pure.

    level:error component:checkout "connection refused" -retry -level:debug http.status=409

A word or a phrase stands in the message. `field:value` is one of FIELDS, `key=value` an attribute.
A minus before a term means without it. Values of one field are alternatives; everything else holds
at once. `level:warn` is that level alone, `level:warn+` it and worse.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from observability.logs import levels

LONGEST = 1000  # characters
MOST_TERMS = 40
ALSO = {"service": "component", "env": "environment", "trace_id": "trace", "span_id": "span"}
FIELDS = {
    "level": "how bad it is: " + ", ".join(levels.LEAST) + "; error+ is that and worse",
    "component": "who says it: service.name of what sends it",
    "environment": "where: production, staging",
    "version": "which version says it",
    "trace": "all of a trace, by its 32 digits",
    "span": "all of a span, by its 16 digits",
    "run": "all of a run, by its number or id",
    "deployment": "all of a deployment, by its number or id",
    "client": "what concerns a client",
    "logger": "the logger in the program",
    "pattern": "lines that look alike, by the id of their pattern",
}
IDENTITIES = {"run", "deployment", "pattern"}
NUMBERED = {"run", "deployment"}  # what people know by its number
DIGITS = {"trace": 32, "span": 16}
FIELD = re.compile(r"([A-Za-z_]\w*):")
KEY = re.compile(r"([A-Za-z_@][\w.@/-]*)=")
BARE = re.compile(r'[^\s"]+')
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
NUMBER = re.compile(r"#?([0-9]{1,18})")
NEEDS_QUOTES = re.compile(r'[\s"]')


class Kind(StrEnum):
    WORD = "word"
    FIELD = "field"
    ATTRIBUTE = "attribute"


@dataclass(frozen=True, slots=True)
class Term:
    """One term. `name` is the field or the attribute's key, "" of a word."""

    kind: Kind
    name: str
    value: str
    is_not: bool = False

    def __str__(self) -> str:
        minus = "-" if self.is_not else ""
        if self.kind is Kind.FIELD:
            return f"{minus}{self.name}:{_written(self.value)}"
        if self.kind is Kind.ATTRIBUTE:
            return f"{minus}{self.name}={_written(self.value)}"
        return minus + (_quoted(self.value) if _is_no_word(self.value) else self.value)


@dataclass(frozen=True, slots=True)
class Query:
    """All terms in the order in which they were written; str() writes them again."""

    terms: tuple[Term, ...] = ()

    def __str__(self) -> str:
        return " ".join(map(str, self.terms))

    def values(self, name: str, *, is_not: bool = False) -> tuple[str, ...]:
        """What a field is asked for."""
        return tuple(
            term.value
            for term in self.terms
            if term.kind is Kind.FIELD and term.name == name and term.is_not is is_not
        )

    def without(self, term: Term) -> Query:
        return Query(tuple(one for one in self.terms if one != term))

    def with_(self, term: Term) -> Query:
        """With this one, and without its opposite."""
        opposite = Term(term.kind, term.name, term.value, not term.is_not)
        kept = tuple(one for one in self.terms if one not in {term, opposite})
        return Query((*kept, term))


class Unreadable(Exception):
    """What can't be read, in words; `at` is the position of its first character, from 0."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.message = message
        self.at = at


def parse(text: str) -> Query:
    """The query that a line of text says. Raises Unreadable."""
    if len(text) > LONGEST:
        raise Unreadable(f"A query has at most {LONGEST} characters.", LONGEST)
    terms: list[Term] = []
    at = _skipped(text, 0)
    while at < len(text):
        term, end = _term(text, at)
        if end < len(text) and not text[end].isspace():
            raise Unreadable("A space is missing between two terms.", end)
        if term not in terms:
            terms.append(term)
        if len(terms) > MOST_TERMS:
            raise Unreadable(f"A query has at most {MOST_TERMS} terms.", at)
        at = _skipped(text, end)
    return Query(tuple(terms))


def field(name: str, value: str, *, is_not: bool = False) -> Term:
    return Term(Kind.FIELD, name, value, is_not)


def attribute(key: str, value: str, *, is_not: bool = False) -> Term:
    return Term(Kind.ATTRIBUTE, key, value, is_not)


def joined(terms: Iterable[Term]) -> Query:
    return Query(tuple(dict.fromkeys(terms)))


def _skipped(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _term(text: str, start: int) -> tuple[Term, int]:
    is_not = text[start] == "-"
    at = start + is_not
    if at == len(text) or text[at].isspace():
        raise Unreadable("A minus stands before what is to be left out.", start)
    if text[at] == '"':
        value, end = _quotation(text, at)
        return Term(Kind.WORD, "", value, is_not), end
    if found := FIELD.match(text, at):
        return _field(text, found, is_not=is_not)
    if found := KEY.match(text, at):
        value, end = _value(text, found.end(), f"{found[1]}=")
        return Term(Kind.ATTRIBUTE, found[1], value, is_not), end
    bare = BARE.match(text, at)
    assert bare is not None  # neither a space nor a quote stands here
    if _is_no_word(bare[0]):
        raise Unreadable(f"Put “{bare[0]}” into quotes: as a word it is no text.", at)
    return Term(Kind.WORD, "", bare[0], is_not), bare.end()


def _field(text: str, found: re.Match[str], *, is_not: bool) -> tuple[Term, int]:
    name = ALSO.get(found[1].lower(), found[1].lower())
    if name not in FIELDS:
        raise Unreadable(
            f"There is no field “{found[1]}”: there are {', '.join(FIELDS)}. An attribute is "
            f"{found[1]}=…, and text with a colon stands in quotes.",
            found.start(),
        )
    value, end = _value(text, found.end(), f"{name}:")
    return Term(Kind.FIELD, name, _checked(name, value, found.end()), is_not), end


def _value(text: str, at: int, before: str) -> tuple[str, int]:
    if at < len(text) and text[at] == '"':
        return _quotation(text, at)
    bare = BARE.match(text, at)
    if bare is None:
        raise Unreadable(f"A value is missing behind “{before}”.", at)
    return bare[0], bare.end()


def _quotation(text: str, at: int) -> tuple[str, int]:
    found = QUOTED.match(text, at)
    if found is None:
        raise Unreadable("A quote begins here that does not end.", at)
    value = re.sub(r"\\(.)", r"\1", found[1], flags=re.DOTALL)
    if not value.strip():
        raise Unreadable("There is nothing between these quotes.", at)
    return value, found.end()


def _checked(name: str, value: str, at: int) -> str:
    """The value in the one way in which it is written."""
    if name == "level":
        word = levels.canonical(value.removesuffix("+").lower())
        if not word:
            raise Unreadable(
                f"There is no level “{value}”: there are {', '.join(levels.LEAST)}.", at
            )
        return word + ("+" if value.endswith("+") else "")
    if name in DIGITS:
        if not re.fullmatch(rf"[0-9a-fA-F]{{{DIGITS[name]}}}", value):
            raise Unreadable(f"A {name} is {DIGITS[name]} digits from 0 to f.", at)
        return value.lower()
    return _identity(name, value, at) if name in IDENTITIES else value


def _identity(name: str, value: str, at: int) -> str:
    """A number stays one: which thing has it, the database knows."""
    if name in NUMBERED and (found := NUMBER.fullmatch(value)):
        return str(int(found[1]))
    try:
        return str(UUID(value))
    except ValueError:
        said = "its number, such as 12, or its id" if name in NUMBERED else "its id"
        raise Unreadable(f"A {name} is named by {said}, such as {UUID(int=7)}.", at) from None


def _is_no_word(text: str) -> bool:
    """What would be read as something else, were it not quoted."""
    return bool(
        not text
        or text[0] in '-"'
        or NEEDS_QUOTES.search(text)
        or FIELD.match(text)
        or KEY.match(text)
    )


def _written(value: str) -> str:
    return _quoted(value) if not value or NEEDS_QUOTES.search(value) else value


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
