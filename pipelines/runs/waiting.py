"""What about runs and deliveries waits for a person, for the home page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import DateTimeField, Exists, Field, OuterRef, Q, QuerySet

from pipelines.deliveries.models import Circuit, Delivery
from pipelines.runs import parameters
from pipelines.runs.failures import RECENT, counted, failing, is_left_over
from pipelines.runs.models import Run
from portal.accounts import access
from portal.accounts.models import Role, User
from portal.arrays import UUIDS, InArray
from portal.catalog.models import Component
from portal.figures import times
from portal.home.mine import Standing
from portal.navigation import Need
from portal.postgresql.questions import Question

MOST = 50  # rows that are read; folded they are fewer


def needs_of(user: User, now: datetime) -> list[Need]:
    """What failed or is held of this person's teams, folded by component; three queries."""
    teams = access.team_ids(user, Role.DEVELOPER)
    return [
        *_runs(_FAILED.rows(teams=teams, now=now)),
        *_not_delivered(_NOT_SENT.rows(teams=teams, now=now)),
        *_held(_HELD.rows(teams=teams, now=now)),
    ]


def notices_of(component: Component, now: datetime) -> list[Need]:
    """What failed of one component and stands, for its own page; two queries.

    No questions: how much a component has done decides how PostgreSQL looks for it.
    """
    runs = failing(now).filter(transformation__component=component)
    sent = _not_arriving(now).filter(run__transformation__component=component)
    return [*_runs(counted(runs)[:MOST]), *_not_delivered(sent[:MOST])]


def troubles_of(teams: Sequence[UUID], now: datetime) -> dict[UUID, Standing]:
    """Whose last run failed or did not arrive, in the most important place; two queries.

    A run that failed says more than what did not arrive before it, and the very last one more than
    what failed with other parameters.
    """
    return {
        component: Standing("bad", "send", f"Not delivered in {environment}")
        for component, environment in _WHERE_NOT_SENT.rows(teams=teams, now=now)
    } | {
        component: Standing("bad", "bad", _trouble(environment, state, is_left=is_left))
        for component, environment, state, is_left in _WHERE_FAILED.rows(teams=teams, now=now)
    }


def _trouble(environment: str, state: str, *, is_left: bool) -> str:
    if state in Run.UNFINISHED:
        return f"Failed in {environment}, being tried again"
    if is_left:
        return f"Failed with some parameters in {environment}"
    return f"Last run failed in {environment}"


def _failed_where(teams: Any, now: Any) -> QuerySet[Run, tuple[UUID, str, str, bool]]:
    runs = failing(now).filter(_of(teams)).annotate(is_left=is_left_over())
    return runs.order_by("environment__order", "-is_left", "pk").values_list(
        "transformation__component_id", "environment__name", "state", "is_left"
    )


def _not_sent_where(teams: Any, now: Any) -> QuerySet[Delivery, tuple[UUID, str]]:
    sent = _not_arriving(now).filter(_of(teams)).order_by("environment__order")
    return sent.values_list("run__transformation__component_id", "environment__name")


def _not_arriving(now: Any) -> QuerySet[Delivery]:
    """Of the last week, where no later revision was sent: what failed, and what fails on.

    A destination that refuses everything is tried for days, and is no less in trouble meanwhile.
    """
    newer = Delivery.objects.filter(
        run=OuterRef("run"), name=OuterRef("name"), revision__gt=OuterRef("revision")
    )
    resting = Circuit.objects.filter(
        destination=OuterRef("destination"),
        environment=OuterRef("environment"),
        opened_at__isnull=False,
    )
    tried = Q(state=Delivery.State.QUEUED, attempt__gt=0)
    tried |= Q(state=Delivery.State.SENDING, attempt__gt=1)
    waits = Q(state__in=Delivery.UNFINISHED) & (tried | Exists(resting))
    return _sent(now).filter(Q(state=Delivery.State.FAILED) | waits, ~Exists(newer))


def _waiting(now: Any) -> QuerySet[Delivery]:
    """Held because what made them was rejected: nothing leaves before someone decides."""
    return _sent(now).filter(state=Delivery.State.HELD)


def _of(teams: Any) -> InArray:
    return InArray("team", teams, UUIDS)


def _sent(now: Any) -> QuerySet[Delivery]:
    return (
        Delivery.objects.filter(created_at__gt=now - RECENT)
        .select_related("run__transformation__component", "client", "environment", "release")
        .order_by("run__transformation__component__name", "client__name", "-pk")
    )


# Every open page asks these every few seconds, for the figure in its rail
_THEIRS: dict[str, Field[Any, Any]] = {"teams": UUIDS, "now": DateTimeField()}
_FAILED = Question(lambda teams, now: counted(failing(now).filter(_of(teams)))[:MOST], **_THEIRS)
_NOT_SENT = Question(lambda teams, now: _not_arriving(now).filter(_of(teams))[:MOST], **_THEIRS)
_HELD = Question(lambda teams, now: _waiting(now).filter(_of(teams))[:MOST], **_THEIRS)
_WHERE_FAILED = Question(_failed_where, **_THEIRS)
_WHERE_NOT_SENT = Question(_not_sent_where, **_THEIRS)


def _runs(rows: Iterable[Run]) -> Iterator[Need]:
    """One line a component, about its most important environment, since the first failure.

    What failed in one environment is no repetition of what failed in another.
    """
    for component, group in groupby(rows, lambda run: run.transformation.component.name):
        found = list(group)
        run = found[0]
        places = [_place(list(of_it)) for _, of_it in groupby(found, lambda one: one.environment)]
        between = "; " if any("," in place for place in places) else " and "
        yield Need(
            tone="bad",
            icon="bad",
            label="Failure",
            title=f"{component} failed {between.join(places)}",
            text=_said(run),
            at=min(_since(row) for row in found),
            url=f"/runs/{run.number}/",
            verb="Look",
        )


def _place(rows: Sequence[Run]) -> str:
    """ "in staging with month=1, 3 times in a row, being tried again": the newest first."""
    newest, sets = rows[0], len({row.parameters_digest for row in rows})
    words = f"in {newest.environment.name}"
    if sets > 1:
        words += f" with {times(sets, 'set')} of parameters"
    elif getattr(newest, "is_left", False):
        words += f" with {parameters.words(newest.parameters)}"
    often = max(map(_times, rows))
    if sets == 1 and often > 1:
        words += f", {times(often, 'time')} in a row"
    return words + _tried(newest)


def _tried(run: Run) -> str:
    if run.state in Run.UNFINISHED:
        return ", being tried again"
    return ", cancelled when it was tried again" if run.state == Run.State.CANCELLED else ""


def _not_delivered(rows: Iterable[Delivery]) -> Iterator[Need]:
    for (component, client), group in groupby(rows, _parties):
        found = list(group)
        newest = found[0]
        often = f", {times(len(found), 'time')}" if len(found) > 1 else ""
        is_over = all(row.state == Delivery.State.FAILED for row in found)
        said = newest.message or next((row.message for row in found if row.message), "Tried again.")
        yield Need(
            tone="bad",
            icon="send",
            label="Not delivered",
            title=f"{component} {'did' if is_over else 'does'} not reach {client}{often}",
            text=f"{said} In {newest.environment.name}.",
            at=min(row.created_at for row in found),
            url=f"/runs/{newest.run.number}/",
            verb="Look",
        )


def _held(rows: Iterable[Delivery]) -> Iterator[Need]:
    for (component, client), group in groupby(rows, _parties):
        found = list(group)
        newest = found[0]
        yield Need(
            tone="warn",
            icon="ban",
            label="Held",
            title=f"{component} waits before {client}: {times(len(found), 'delivery,deliveries')}",
            text=newest.message
            or f"{newest.release} was rejected. Run it again with what is live.",
            at=min(row.created_at for row in found),
            url=f"/runs/{newest.run.number}/",
            verb="Decide",
        )


def _parties(row: Delivery) -> tuple[str, str]:
    return row.run.transformation.component.name, str(row.client)


def _times(run: Run) -> int:
    """With itself, which counts as failed no more while it is tried again."""
    often = int(getattr(run, "times", None) or 0)
    return often + (run.state != Run.State.FAILED)


def _said(run: Run) -> str:
    """Why it failed, also when it says by now what goes on since."""
    return run.message if run.state == Run.State.FAILED else str(getattr(run, "before", ""))


def _since(run: Run) -> datetime:
    before = getattr(run, "before_at", None) if run.state != Run.State.FAILED else None
    return getattr(run, "since", None) or before or run.finished_at or run.queued_at
