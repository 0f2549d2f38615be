"""Conditions as PostgreSQL is asked for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from observability.logs import levels
from observability.logs.models import LogRecord
from observability.logs.stores.base import Wanted
from observability.logs.wanting import Condition, What
from observability.partitions.days import Keep, keep_of
from portal.arrays import InArray

# As the index `log_words` has it: what stands between letters and digits parts words.
TEXT = "to_tsvector('simple', translate(message, '/.:@_=-', '       '))"
PHRASE = "phraseto_tsquery('simple', translate(%s, '/.:@_=-', '       '))"
BEGINNING = f"(NULLIF({PHRASE}::text, '') || ':*')::tsquery"
ATTRIBUTE = "COALESCE(attributes->>%s, attributes->'resource'->>%s)"
INDEXED = {"client", "request_id"}  # attributes that have an index of their own
COLUMNS = ("component", "environment", "version", "trace_id", "run_id", "deployment_id")


def narrowed(wanted: Wanted) -> QuerySet[LogRecord]:
    """The rows that are wanted, in no order."""
    equal = {name: value for name in COLUMNS if (value := getattr(wanted, name))}
    rows = LogRecord.objects.filter(at__gte=wanted.since, at__lt=wanted.until, **equal)
    if wanted.severity:
        rows = rows.filter(severity__gte=wanted.severity)
    if (classes := _classes(wanted)) != set(Keep):
        rows = rows.filter(keep__in=sorted(classes))
    for word in wanted.words:
        rows = rows.filter(_word(word))
    for condition in wanted.conditions:
        rows = _with(rows, condition)
    if wanted.hidden:
        rows = rows.exclude(InArray("component", wanted.hidden))
    return rows


def _classes(wanted: Wanted) -> set[Keep]:
    """In which classes of keeping such levels lie: the days of others are not opened."""
    found: set[Keep] = set()
    for severity in range(levels.HIGHEST + 1):
        if severity >= wanted.severity and _has_level(wanted.conditions, severity):
            found |= {keep_of(place, severity, ("lasts",)) for place in ("", "lasts")}
    return found


def _has_level(conditions: Iterable[Condition], severity: int) -> bool:
    for one in conditions:
        if one.what is What.LEVEL:
            spans = [levels.span(value) for value in one.values]
            if any(first <= severity <= last for first, last in spans) is one.is_not:
                return False
    return True


def _with(rows: QuerySet[LogRecord], one: Condition) -> QuerySet[LogRecord]:
    found = Q()
    for value in one.values:
        found |= _fits(one, value)
    if not one.is_not:
        return rows.filter(found)
    # SQL knows a third answer: what has no such value does not have this value.
    if one.what is What.COLUMN:
        lacks = Q(**{f"{one.name}__isnull": True})
        return rows.filter(~found | lacks if _may_lack(one.name) else ~found)
    return rows.exclude(found)


def _may_lack(name: str) -> bool:
    return bool(LogRecord._meta.get_field(name).null)  # noqa: SLF001


def _fits(one: Condition, value: str) -> Q:
    match one.what:
        case What.COLUMN:
            return Q(**{one.name: value})
        case What.LEVEL:
            first, last = levels.span(value)
            return (
                Q(severity__gte=first)
                if last == levels.HIGHEST
                else Q(severity__gte=first, severity__lte=last)
            )
        case What.WORD:
            return Q(_word(value))
        case What.ATTRIBUTE if one.name in INDEXED:
            found = f"(attributes->>'{one.name}') = %s"
            return Q(_raw(f"COALESCE({found}, false)" if one.is_not else found, value))
        case What.ATTRIBUTE:
            return Q(_raw(f"COALESCE({ATTRIBUTE} = %s, false)", one.name, one.name, value))


def _word(word: str) -> RawSQL:
    """A word or a phrase in order; with a star at its end the beginning of a word."""
    if len(word) > 1 and word.endswith("*"):
        return _raw(f"COALESCE({TEXT} @@ {BEGINNING}, false)", word[:-1])
    return _raw(f"{TEXT} @@ {PHRASE}", word)


def _raw(sql: str, *values: Any) -> RawSQL:
    return RawSQL(sql, list(values), output_field=BooleanField())  # noqa: S611 - SQL of ours
