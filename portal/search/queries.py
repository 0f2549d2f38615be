"""Finding things: by words of their names and texts, by labels, and past a slip of the hand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_, or_
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import BooleanField, Case, F, FloatField, Func, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from portal.accounts import access
from portal.accounts.models import User
from portal.search import words
from portal.search.models import Findable, Kind
from portal.search.things import Answer, Count, Hit
from portal.search.words import Asked

LOOKED_AT = 1000  # of what fits; more are not ranked, and counts say "at least"
PAGE = 20
EXACT, BEGINNING, HEAVY = 8.0, 4.0, 0.1
LEAF = " · "


class _Label(Func):
    """Whether one of these labels is like a pattern."""

    template = "EXISTS (SELECT FROM unnest(%(expressions)s))"
    arg_joiner = ") AS label WHERE label ~ ("
    output_field = BooleanField()


@dataclass(frozen=True, slots=True)
class _Found:
    """A row as it is ranked and counted, before its texts are read."""

    pk: UUID
    kind: str
    team: str


def find(asked: Asked, by: User, *, start: int = 0, size: int = PAGE) -> Answer:
    """What fits, the best first: two queries; at most four more where nothing did.

    Everyone who may look at lists may find what stands in them; nothing else is in here.
    """
    if not asked or not access.may(by, "look"):
        return Answer()
    rows = _ranked(asked)
    if not rows and asked.filters:
        asked = replace(asked, is_begun=True)
        rows = _ranked(asked)
    mended, is_loose = "", False
    if not rows and (better := _mended(asked)):
        asked, rows, mended = better, _ranked(better), " ".join(better.words)
    if not rows and len(asked.words) > 1:
        rows, is_loose = _ranked(asked, is_loose=True), True
    chosen = [row for row in rows if _is_wanted(row, asked)]
    if len(rows) >= LOOKED_AT and (asked.kind or asked.team):
        chosen = _ranked(asked, is_narrow=True)  # some of it may have been cut off
    shown = chosen[start : start + size]
    return Answer(
        hits=_hits(shown, asked),
        kinds=_kinds(row for row in rows if not asked.team or row.team == asked.team),
        teams=_teams(row for row in rows if not asked.kind or row.kind == asked.kind),
        total=len(chosen),
        is_cut=len(rows) >= LOOKED_AT,
        mended=mended,
        is_loose=is_loose,
        more=start + size if len(chosen) > start + size else 0,
    )


def names(kind: str, text: str) -> QuerySet[Findable, Any]:
    """The names of the things of a kind that fit, for a list that is narrowed down by words."""
    return Findable.objects.filter(_fits(words.asked(text)), kind=kind).values("name")


def mended(kind: str, text: str) -> str:
    """What someone may have meant whose words nothing has, "" where there is nothing near."""
    better = _mended(words.asked(text, kind=kind)) if text else None
    return " ".join(better.words) if better else ""


def _ranked(asked: Asked, *, is_narrow: bool = False, is_loose: bool = False) -> list[_Found]:
    """What fits, the best first, at most `LOOKED_AT`; a name that begins so is never cut off."""
    fits = _fits(asked, is_loose=is_loose)
    if is_narrow or not (asked.words or asked.filters):
        fits &= Q(kind=asked.kind) if asked.kind else Q()
        fits &= Q(team=asked.team) if asked.team else Q()
    score = (
        Case(
            When(name=asked.phrase, then=Value(EXACT)),
            When(name__startswith=asked.phrase, then=Value(BEGINNING)),
            default=Value(0.0),
        )
        + Cast(F("weight"), FloatField()) * HEAVY
    )
    if asked.words:
        score += SearchRank(F("words"), _query(asked.words, is_loose=is_loose))
    near = Findable.objects.filter(fits, name__startswith=asked.phrase).order_by("name")
    rows = Findable.objects.filter(fits)
    picked = rows.values("pk")[:LOOKED_AT]
    if asked.phrase:
        picked = near.values("pk")[:50].union(picked, all=False)
    found = Findable.objects.filter(pk__in=picked).annotate(score=score)
    order = found.order_by("-score", "kind", "name")
    return [_Found(*row) for row in order.values_list("pk", "kind", "team")[:LOOKED_AT]]


def _fits(asked: Asked, *, is_loose: bool = False) -> Q:
    """Every word (or its beginning; some of them where it is loose) and every label."""
    fits = Q()
    if asked.words:
        fits &= Q(words=_query(asked.words, is_loose=is_loose))
    if asked.filters and asked.is_begun:
        return reduce(and_, (_begun(*pair) for pair in asked.filters), fits)
    if asked.filters:
        fits &= Q(labels__contains=[f"{relation}:{value}" for relation, value in asked.filters])
    return fits


def _begun(relation: str, value: str) -> Q:
    """A label of which a word begins so: its words are found by index, then it is looked at."""
    is_so = Q(_Label(F("labels"), Value(_beginning(relation, value))))
    pieces = words.parts(value)
    return is_so & Q(words=_query(pieces, is_loose=False)) if pieces else is_so


def _beginning(relation: str, value: str) -> str:
    """A pattern that Python and PostgreSQL read alike."""
    return rf"^{relation}:(.*[^a-z0-9])?{re.escape(value)}"


def _query(terms: Sequence[str], *, is_loose: bool) -> SearchQuery:
    """Each word as the beginning of one, or in another form of itself ("rolling", "roll")."""
    each = [
        SearchQuery(f"'{word}':*", config="simple", search_type="raw")
        | SearchQuery(word, config="english")
        for word in terms
    ]
    return reduce(or_ if is_loose else and_, each)


def _mended(asked: Asked) -> Asked | None:
    """The same question with the words that nothing has replaced by ones that are a slip away."""
    if not asked.words:
        return None
    near = words.near(asked.words)
    rows = Findable.objects.filter(near__overlap=near).values_list("parts", "title")[:200]
    known = {word for parts, title in rows for word in (*parts.split(), *words.parts(title))}
    better = tuple(_better(word, known) for word in asked.words)
    if better == asked.words:
        return None
    return replace(asked, words=better, phrase="-".join(better))


def _better(word: str, known: Iterable[str]) -> str:
    """A word that something has, or begins with, stays; so does a short one."""
    if len(word) < words.SHORTEST_TO_MEND or any(other.startswith(word) for other in known):
        return word
    return words.mended(word, known) or word


def _is_wanted(row: _Found, asked: Asked) -> bool:
    return (not asked.kind or row.kind == asked.kind) and (not asked.team or row.team == asked.team)


def _hits(rows: Sequence[_Found], asked: Asked) -> list[Hit]:
    found = Findable.objects.defer("words", "near", "hints").in_bulk([row.pk for row in rows])
    return [_hit(found[row.pk], asked) for row in rows if row.pk in found]


def _hit(row: Findable, asked: Asked) -> Hit:
    return Hit(
        kind=row.kind,
        kind_label=row.get_kind_display(),
        name=row.name,
        title=row.title,
        text=words.around(row.text, asked.words),
        note=row.note,
        team=row.team,
        url=row.url,
        icon=row.icon,
        why=_why(row, asked),
    )


def _why(row: Findable, asked: Asked) -> str:
    """Which labels fit: "column carrier · reads nyc-files"; what stands in the name says itself."""
    shown = f"{row.parts} {row.title.lower()}".split()
    hidden = [word for word in asked.words if not any(part.startswith(word) for part in shown)]
    found = []
    for label in row.labels:
        relation, _, value = label.partition(":")
        pieces = words.parts(value)
        is_hidden = any(piece.startswith(word) for word in hidden for piece in pieces)
        if is_hidden or any(
            _is_so(label, *pair, is_begun=asked.is_begun) for pair in asked.filters
        ):
            found.append(f"{relation} {value}")
    return LEAF.join(found[:3])


def _is_so(label: str, relation: str, value: str, *, is_begun: bool) -> bool:
    if is_begun:
        return bool(re.match(_beginning(relation, value), label))
    return label == f"{relation}:{value}"


def _kinds(rows: Iterable[_Found]) -> list[Count]:
    numbers = Counter(row.kind for row in rows)
    return [Count(kind, kind.plural, numbers[kind]) for kind in Kind if numbers[kind]]


def _teams(rows: Iterable[_Found]) -> list[Count]:
    numbers = Counter(row.team for row in rows if row.team)
    return [Count(team, team, number) for team, number in numbers.most_common(12)]
