"""What may be meant at the place where someone types: names of fields, then their values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from observability.logs import language, levels
from observability.logs.queries import hidden_from
from observability.senders.models import Service
from portal import navigation
from portal.accounts.models import User
from portal.catalog.models import Component

MOST = 12


@dataclass(frozen=True, slots=True)
class Offer:
    """`text` takes the place of what stands from `start` to `end`; `hint` says what it is."""

    text: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Offers:
    start: int
    end: int
    offers: tuple[Offer, ...]


def offers(text: str, at: int, by: User) -> Offers:
    """What fits the term in which the caret stands."""
    at = max(0, min(at, len(text)))
    start = _start(text, at)
    typed = text[start:at]
    minus, typed = ("-", typed[1:]) if typed.startswith("-") else ("", typed)
    name, colon, value = typed.partition(":")
    field = language.ALSO.get(name.lower(), name.lower())
    if colon and field in language.FIELDS:
        found = _values(field, value.lstrip('"'), by)
        texts = (str(language.field(field, one, is_not=bool(minus))) for one in found)
        rows = [Offer(f"{term} ", one) for term, one in zip(texts, found, strict=True)]
    elif '"' in typed:
        rows = []
    else:
        rows = [
            Offer(f"{minus}{one}:", f"{one}:", hint)
            for one, hint in language.FIELDS.items()
            if one.startswith(typed.lower())
        ]
    return Offers(start, at, tuple(rows[:MOST]))


def _start(text: str, at: int) -> int:
    """Where the term begins: behind the last space that stands in no quotes."""
    start, is_quoted = 0, False
    for n, sign in enumerate(text[:at]):
        if sign == '"':
            is_quoted = not is_quoted
        elif sign.isspace() and not is_quoted:
            start = n + 1
    return start


def _values(field: str, typed: str, by: User) -> list[str]:
    match field:
        case "level":
            names: Iterable[str] = (
                word for name in reversed(levels.LEAST) for word in (name, f"{name}+")
            )
            return [name for name in names if name.startswith(typed.lower())]
        case "component":
            return _components(typed, by)
        case "environment":
            return [name for name, _ in navigation.environments() if name.startswith(typed)]
    return []


def _components(typed: str, by: User) -> list[str]:
    """Of the catalog and of what was seen, as far as this person may read their lines."""
    hidden = set(hidden_from(by))
    rows = Component.objects.exclude(name__in=hidden).filter(name__startswith=typed)
    seen = Service.objects.exclude(name__in=hidden).filter(name__startswith=typed, alias="")
    names = {
        *rows.order_by("name").values_list("name", flat=True)[:MOST],
        *seen.order_by("name").values_list("name", flat=True)[:MOST],
    }
    return sorted(names)[:MOST]
