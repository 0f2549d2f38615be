"""Deployments for the figures, from the axis of changes: as many queries for ten as for 100,000."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    FloatField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Extract

from observability.changes.models import REACHED, Change, Commit, Link
from observability.dora import judging
from observability.dora.asking import Asked
from observability.dora.history import Commit as Brought
from observability.dora.history import Deployment, Intervention, Known, Place
from observability.dora.judging import Verdict
from observability.dora.models import FirstDelivery, Reclassification
from portal.accounts import access
from portal.accounts.models import Team, User
from portal.catalog import queries as catalog
from portal.catalog.models import Component
from portal.errors import NotFound
from portal.rows import found

COUNTED = (Change.Kind.DEPLOYMENT, Change.Kind.ROLLBACK)
ALL = (*COUNTED, Change.Kind.CONFIGURATION)
CALLED_OFF = (Change.Outcome.ABORTED, Change.Outcome.REFUSED)
COLUMNS = (
    *("identity", "component__name", "environment", "kind", "release", "outcome", "is_planned"),
    *("started_s", "finished_s", "live_s"),
)


@dataclass(frozen=True, slots=True)
class Judged:
    """Every deployment of some places since the beginning, judged by all that is known of it."""

    verdicts: list[Verdict]
    never_live: dict[str, list[datetime]]  # by component: when they were asked for


NONE = Judged([], {})


def whole(environment: str, components: Iterable[UUID], kinds: Iterable[str] = COUNTED) -> Judged:
    """Judge places from scratch. What is kept (`operations.keep`) came from here, too."""
    rows = _deployments(environment, list(components), kinds)
    reached = rows.filter(Q(reached__isnull=False))
    known = Known(deliveries=_deliveries(environment, components))
    never = rows.filter(Q(reached=None)).exclude(outcome=Change.Outcome.RUNNING)
    never_live: dict[str, list[datetime]] = defaultdict(list)
    for component, at in never.values_list("component__name", "started_at"):
        never_live[component].append(at)
    return Judged(judging.judge(_built(reached), known), dict(never_live))


def rows(asked: Asked) -> QuerySet[Change]:
    """The changes behind the figures of a window: what was live in it, and what never was."""
    window = asked.window
    kinds = ALL if asked.has_configuration else COUNTED
    every = _deployments(asked.environment, scope(asked), kinds)
    live = every.filter(Q(reached__gte=window.since, reached__lt=window.until))
    never = every.filter(Q(reached=None), started_at__gte=window.since, started_at__lt=window.until)
    either = every.filter(pk__in=live.order_by().values("pk").union(never.order_by().values("pk")))
    return detailed(either)


def detailed(changes: QuerySet[Change]) -> QuerySet[Change]:
    """With all that a row says of itself."""
    current = Reclassification.objects.filter(taken_back_at=None).select_related("said_by")
    return changes.select_related("component__team", "actor").prefetch_related(
        Prefetch("links", Link.objects.select_related("other")),
        Prefetch("links_back", Link.objects.select_related("change")),
        Prefetch("commits", Commit.objects.order_by("-committed_at")),
        Prefetch("reclassifications", current, to_attr="said"),
    )


def by_id(ids: Iterable[str]) -> dict[str, Change]:
    """These changes with all that a row says, by identity."""
    wanted = Change.objects.filter(pk__in=list(ids)).annotate(reached=REACHED)
    return {str(row.pk): row for row in detailed(wanted)}


def deployment(pk: object) -> Change:
    """One deployment on the axis; NotFound, in words, where there is none."""
    rows = detailed(Change.objects.filter(kind__in=ALL).annotate(reached=REACHED))
    return found(rows, "deployment", pk=pk)


def current(change: Change) -> Reclassification | None:
    """What a person said of it, where that still counts."""
    rows = Reclassification.objects.filter(change=change, taken_back_at=None)
    return rows.select_related("said_by").first()


def teams() -> QuerySet[Team]:
    return Team.objects.order_by("name")


def first_team(user: User) -> str:
    """The name of a team of theirs, "" for who is in none."""
    mine = Team.objects.filter(pk__in=access.team_ids(user)).order_by("name")
    return mine.values_list("name", flat=True).first() or ""


def scope(asked: Asked) -> list[UUID] | None:
    """The components that are meant; None for all of them. By identity the index is entered."""
    if asked.component:
        one = catalog.component(asked.component)
        return [one.pk] if asked.team in {"", one.team.name} else []
    if not asked.team:
        return None
    if not Team.objects.filter(name=asked.team).exists():
        raise NotFound(f"There is no team called “{asked.team}”.", field="team")
    return list(Component.objects.filter(team__name=asked.team).values_list("pk", flat=True))


def within(components: list[UUID] | None) -> dict[str, Any]:
    return {"component__isnull": False} if components is None else {"component__in": components}


def _deployments(
    environment: str, components: list[UUID] | None, kinds: Iterable[str]
) -> QuerySet[Change]:
    return Change.objects.annotate(
        reached=REACHED,
        identity=Cast("id", CharField()),
        started_s=_seconds("started_at"),
        finished_s=_seconds("finished_at"),
        live_s=_seconds("live_at"),
    ).filter(environment=environment, kind__in=list(kinds), **within(components))


def _built(reached: QuerySet[Change]) -> list[Deployment]:
    commits, links = _commits(reached), _interventions(reached)
    mends, said = _mending(reached), _said(reached)
    built = []
    for row in reached.values_list(*COLUMNS):
        identity = row[0]
        built.append(
            _deployment(
                row,
                tuple(commits.get(identity, ())),
                tuple(links.get(identity, ())),
                identity in mends,
                said.get(identity, ""),
            )
        )
    return built


def _deployment(row: tuple[Any, ...], *more: Any) -> Deployment:
    """Times come as seconds: reading them as times takes longer than all the rest."""
    *facts, started, finished, live = row
    more = more or ((), (), False, "")
    return Deployment._make((*facts, _instant(started), _instant(finished), _instant(live), *more))


def _instant(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _seconds(path: str) -> Cast:
    return Cast(Extract(path, "epoch"), FloatField())


def _commits(reached: QuerySet[Change]) -> dict[str, list[Brought]]:
    """Commits by deployment."""
    rows = (
        Commit.objects.filter(change__in=reached.values("pk"))
        .annotate(deployment=Cast("change", CharField()), committed_s=_seconds("committed_at"))
        .annotate(said=WORDS)
        .order_by("sha")
        .values_list("deployment", "sha", "committed_s", "said")
    )
    found: dict[str, list[Brought]] = defaultdict(list)
    for deployment, sha, committed_s, said in rows:
        is_revert = bool(said) and judging.is_revert(said)
        found[deployment].append(Brought(sha, _instant(committed_s), is_revert))
    return found


MAY_REVERT = Q(message__istartswith="revert") | Q(message__contains=judging.REVERTS)
# Of few commits the message is read
WORDS = Case(When(MAY_REVERT, then=F("message")), default=Value(""), output_field=TextField())


REACHED_OF_ITS_CHANGE = Case(
    When(change__live_at__isnull=False, then=F("change__live_at")),
    When(change__outcome=Change.Outcome.SUCCEEDED, then=F("change__finished_at")),
    default=None,
)


def _interventions(reached: QuerySet[Change]) -> dict[str, list[Intervention]]:
    """Who reversed or fixed these, and whose content was rejected and is rejected still."""
    lifted = Link.objects.filter(
        other=OuterRef("change"), kind=Link.Kind.REVERSES, change__kind=Change.Kind.LIFT
    )
    rows = (
        Link.objects.filter(other__in=reached.values("pk"))
        .exclude(Exists(lifted))
        .annotate(of=Cast("other", CharField()), by=Cast("change", CharField()))
        .annotate(reached=REACHED_OF_ITS_CHANGE)
        .order_by("change__started_at", "id")
        .values_list("of", "kind", "by", "reached", "change__kind", "change__outcome")
    )
    found: dict[str, list[Intervention]] = defaultdict(list)
    for of, kind, by, at, its_kind, outcome in rows:
        is_incident = its_kind == Change.Kind.INCIDENT
        live = at if is_incident or its_kind in ALL else None
        is_called_off = its_kind in ALL and live is None and outcome in CALLED_OFF
        means = judging.INCIDENT if is_incident else kind
        found[of].append(Intervention(means, by, live, is_called_off))
    return found


def _mending(reached: QuerySet[Change]) -> set[str]:
    """Those that say that they reverse or fix another deployment."""
    rows = Link.objects.filter(
        change__in=reached.values("pk"),
        kind__in=(Link.Kind.REVERSES, Link.Kind.FIXES),
        other__kind__in=ALL,
    )
    return set(rows.values_list(Cast("change", CharField()), flat=True))


def _said(reached: QuerySet[Change]) -> dict[str, str]:
    rows = Reclassification.objects.filter(change__in=reached.values("pk"), taken_back_at=None)
    return dict(rows.values_list(Cast("change", CharField()), "what"))


def _deliveries(environment: str, components: Iterable[UUID]) -> dict[Place, dict[int, datetime]]:
    """First deliveries that nobody has rejected since; a place that has none yet is there, too."""
    rows = FirstDelivery.objects.filter(
        environment=environment, component__in=list(components)
    ).values_list("component__name", "release", "delivered_at", "withdrawn_at")
    found: dict[Place, dict[int, datetime]] = defaultdict(dict)
    for component, release, at, withdrawn_at in rows:
        place = found[(component, environment)]
        if withdrawn_at is None:
            place[release] = at
    return found
