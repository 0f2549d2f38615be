"""A line with everything that was said in it, each value with what can be done with it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from observability.leads import CLIENT, DELIVERY, Lead
from observability.logs import language, levels
from observability.logs.asking import Asked
from observability.logs.language import Term
from observability.logs.stores.base import Found

MOST = 60  # values
LONGEST = 300  # characters of a value that is searched for
IDENTITIES = {"trace_id": "trace", "span_id": "span", "run_id": "run"}
NOUNS = {DELIVERY: "delivery", CLIENT: "client"}  # of attributes that name something


@dataclass(frozen=True, slots=True)
class Value:
    """A key with its value; addresses of the search with it and without it, "" of what is none.

    `lead` is the page of what it names, where there is one.
    """

    name: str
    text: str
    with_url: str
    without_url: str
    lead: Lead | None = None

    @property
    def has_lines(self) -> bool:
        """Such as a stack trace: shown as it was written."""
        return "\n" in self.text.strip()


def values(line: Found, asked: Asked, leads: Sequence[Lead] = ()) -> list[Value]:
    """The line's own fields, then what else was said, then who said it."""
    by_noun = {lead.noun: lead for lead in leads}
    return [_value(name, text, term, asked, by_noun) for name, text, term in _terms(line)][:MOST]


def _value(
    name: str, text: str, term: Term | None, asked: Asked, leads: Mapping[str, Lead]
) -> Value:
    lead = leads.get(NOUNS.get(name, name))
    lead = lead if lead and lead.name == text else None
    if term is None:
        return Value(name, text, "", "", lead)
    without = Term(term.kind, term.name, term.value, is_not=True)
    return Value(name, text, asked.with_(term).address(), asked.with_(without).address(), lead)


def _terms(line: Found) -> Iterator[tuple[str, str, Term | None]]:
    if level := levels.word(line.severity):
        yield "level", level, language.field("level", level)
    for name in ("component", "environment", "version"):
        if text := getattr(line, name):
            yield name, text, language.field(name, text)
    for column, name in (*IDENTITIES.items(), ("deployment_id", "deployment")):
        if text := getattr(line, column):
            yield name, text, language.field(name, text)
    own = {key: value for key, value in line.attributes.items() if key != "resource"}
    resource = line.attributes.get("resource")
    by_whom = resource if isinstance(resource, dict) else {}
    for key, value in [*own.items(), *((k, v) for k, v in by_whom.items() if k not in own)]:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        yield key, text, None if isinstance(value, dict | list) else _attribute(key, text)


def _attribute(key: str, text: str) -> Term | None:
    """None where the query line has no way to say it."""
    if not text.strip() or len(text) > LONGEST or not language.KEY.fullmatch(f"{key}="):
        return None
    if key in {"client", "logger"}:
        return language.field(key, text)
    return language.attribute(key, text)
