"""The catalog as a list: narrowed down, counted by facet, sorted, a page at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db.models import Count, Q
from django.utils.module_loading import import_string

from portal import navigation
from portal.accounts import access
from portal.accounts.models import User
from portal.catalog.aspects import Aspect, Given, Rows
from portal.catalog.models import Component
from portal.facets import Choice, Facet, facet
from portal.pages import EPOCH, MICROSECOND
from portal.search import queries as search
from portal.typed import whole

OWN = ("kind", "tier", "lifecycle", "team")
FIELDS = {"kind": "kind", "tier": "tier", "lifecycle": "lifecycle", "team": "team__name"}
TITLES = {"kind": "Kind", "tier": "Tier", "lifecycle": "Lifecycle", "team": "Team"}
SORTS = {"name": "Name", "tier": "Tier", "newest": "Newest"}
PAGE = 50
TEAMS = 8


@dataclass(frozen=True, slots=True)
class Page:
    """Some components; `more` is the `?after=` of the next ones, "" on the last page."""

    rows: list[Component]
    more: str

    def __bool__(self) -> bool:
        return bool(self.rows)


def read(given: Mapping[str, str]) -> Given:
    """What the query string asks for; what makes no sense asks for nothing."""
    text = {key: given.get(key, "").strip() for key in (*OWN, "q", "sort")}
    if whole(text["tier"]) is None:
        text["tier"] = ""
    return Given(
        words=text["q"],
        own={key: text[key] for key in OWN},
        others={aspect.name: given.get(aspect.name, "").strip() for aspect in _aspects()},
        is_mine=bool(given.get("mine")),
        sort=text["sort"] if text["sort"] in SORTS else "name",
    )


class Listing:
    """One question to the catalog. Its queries are as many for five components as for 5,000."""

    def __init__(self, given: Given, who: User, now: datetime) -> None:
        self.given = given
        self.who = who
        self.now = now

    def page(self, after: str) -> Page:
        """Fifty from behind `after` on, by the order that was asked for."""
        sort = SORTED[self.given.sort]
        rows = self._rows().select_related("team", "replacement").order_by(*sort.order)
        if reached := sort.behind(after):
            rows = rows.filter(reached)
        found = list(rows[: PAGE + 1])
        last = found[PAGE - 1] if len(found) > PAGE else None
        return Page(found[:PAGE], sort.written(last) if last else "")

    @cached_property
    def total(self) -> int:
        return sum(number for _, number in self._counts("")) if self._grouped else 0

    def facets(self, address: Mapping[str, str]) -> list[Facet]:
        """Each value with how many components it would leave, all else as it was asked for."""
        every = {name: self._facet(name, address) for name in OWN}
        above = [self._above(aspect, address) for aspect in _aspects()]
        found = [every.pop("kind"), *above, *every.values()]
        return [self._mine(address), *(facet for facet in found if _tells_apart(facet))]

    def _rows(self, *, but: Iterable[str] = ()) -> Rows:
        """The components that fit, leaving out what these facets ask for."""
        asks = [ask for name, ask in self._asked.items() if name not in but]
        return Component.objects.filter(*asks)

    @cached_property
    def _asked(self) -> dict[str, Q]:
        given = self.given
        asks = {name: Q(**{FIELDS[name]: value}) for name, value in given.own.items() if value}
        if given.words:
            asks["q"] = Q(name__in=search.names("component", given.words))
        if given.is_mine:
            asks["mine"] = Q(team__in=access.team_ids(self.who))
        for aspect in _aspects():
            if value := given.others[aspect.name]:
                asks[aspect.name] = aspect.having(value, self.now)
        return asks

    @cached_property
    def _grouped(self) -> list[tuple[tuple[str, ...], int]]:
        """How many there are of each kind, tier, lifecycle and team together; one query."""
        rows = self._rows(but=OWN).values_list(*(FIELDS[name] for name in OWN))
        counted = rows.annotate(number=Count("pk")).order_by()
        return [(tuple(str(value) for value in row[:-1]), row[-1]) for row in counted]

    def _counts(self, name: str) -> Iterable[tuple[str, int]]:
        """By the values of one facet, within what the three others ask for."""
        asked = {at: self.given.own[own] for at, own in enumerate(OWN) if own != name}
        place = OWN.index(name) if name else 0
        asked = {at: value for at, value in asked.items() if value}
        for values, number in self._grouped:
            if not asked or all(values[at] == value for at, value in asked.items()):
                yield values[place], number

    def _facet(self, name: str, address: Mapping[str, str]) -> Facet:
        counts: Counter[str] = Counter()
        for value, number in self._counts(name):
            counts[value] += number
        return facet(TITLES[name], name, _choices(name, counts), address, most=TEAMS)

    def _above(self, aspect: Aspect, address: Mapping[str, str]) -> Facet:
        rows = self._rows(but=(aspect.name,))
        return facet(aspect.title, aspect.name, aspect.counted(rows, self.now), address)

    def _mine(self, address: Mapping[str, str]) -> Facet:
        mine = self._rows(but=("mine",)).filter(team__in=access.team_ids(self.who))
        choice = Choice("1", "Of your teams", mine.count())
        return facet("Yours", "mine", [choice], address)


@dataclass(frozen=True, slots=True)
class Sort:
    """An order with its cursor: how the last row is written, and what lies behind it."""

    order: tuple[str, ...]
    written: Callable[[Component], str]
    behind: Callable[[str], Q | None]


def _behind_tier(after: str) -> Q | None:
    text, _, name = after.partition("~")
    tier = whole(text)
    if tier is None or not name:
        return None
    return Q(tier__gt=tier) | Q(tier=tier, name__gt=name)


def _behind_newest(after: str) -> Q | None:
    at, _, pk = after.partition("~")
    try:
        time, identity = EPOCH + int(at) * MICROSECOND, UUID(pk)
    except (ValueError, OverflowError):
        return None
    return Q(created_at__lt=time) | Q(created_at=time, pk__lt=identity)


SORTED: dict[str, Sort] = {
    "name": Sort(
        ("name",), lambda row: row.name, lambda after: Q(name__gt=after) if after else None
    ),
    "tier": Sort(("tier", "name"), lambda row: f"{row.tier}~{row.name}", _behind_tier),
    "newest": Sort(
        ("-created_at", "-pk"),
        lambda row: f"{(row.created_at - EPOCH) // MICROSECOND}~{row.pk}",
        _behind_newest,
    ),
}


def _tells_apart(found: Facet) -> bool:
    """One value that everything has is no choice."""
    return len(found.values) > 1 or any(value.is_chosen for value in found.values)


def _aspects() -> list[Aspect]:
    """What the floors above bring, by the names in the navigation."""
    return [import_string(path) for path in navigation.ASPECTS]


def _choices(name: str, counts: Mapping[str, int]) -> list[Choice]:
    """Kinds and lifecycles in their own order and words, tiers by number, teams by size."""
    if name == "kind":
        return [
            Choice(kind, kind.label, counts.get(kind, 0), icon=kind.value, tone="neutral")
            for kind in Component.Kind
        ]
    if name == "lifecycle":
        return [Choice(one, one.label, counts.get(one, 0)) for one in Component.Lifecycle]
    if name == "tier":
        return [Choice(tier, f"Tier {tier}", counts[tier]) for tier in sorted(counts)]
    ordered = sorted(counts, key=lambda team: (-counts[team], team))
    return [Choice(team, team, counts[team]) for team in ordered]
