"""Looking before anything is registered: ask for a preview, cancel it, ask what there is to read.

A look at columns is a question that somebody's browser asks while they write, so it leaves no entry
in the audit; a preview reads rows of a source, and does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from deployments.environments.models import Environment
from observability.instrumentation import work as tracing
from pipelines.connections import queries as connections
from pipelines.connections.models import Binding
from pipelines.connections.sources.base import Wanted
from pipelines.previews import limits
from pipelines.previews.models import Look, Preview, State, Work
from pipelines.runs import parameters as values
from portal.accounts import access, grants
from portal.accounts.models import Team, User
from portal.audit import operations as audit
from portal.background import enqueue
from portal.errors import Moved, Refused

if TYPE_CHECKING:
    from pipelines.drafts.models import Draft

REHEARSE = "pipelines.previews.tasks.rehearse"
LOOK = "pipelines.previews.tasks.look"


@transaction.atomic
def start(
    *,
    team: Team,
    spec: Mapping[str, Any],
    environment: Environment,
    parameters: Mapping[str, Any],
    by: User,
    now: datetime,
    draft: Draft | None = None,
    revision: int = 0,
    most_rows: int = limits.MOST_ROWS,
) -> Preview:
    """Queue a rehearsal of this query on the first rows of its inputs.

    `spec` has inputs and SQL, and may have parameters, contract and checks. An older preview of the
    same person and draft that has not ended is cancelled: its answer is no longer wanted.
    """
    access.require(by, "preview.start", team)
    _refuse_without_grants(team, {str(entry["connection"]) for entry in spec["inputs"].values()})
    try:
        given = values.resolve(spec.get("parameters") or {}, configured={}, given=parameters)
    except values.ParameterProblem as problem:
        raise Refused(problem.message, field=f"parameters.{problem.name}") from problem
    belongs = tracing.belonging()
    preview = Preview(
        team=team,
        draft=draft,
        revision=revision,
        spec=dict(spec),
        environment=environment,
        parameters=given,
        most_rows=max(1, min(most_rows, limits.MOST_ROWS)),
        requested_by=by,
        requested_at=now,
        next_at=now,
        expires_at=now + limits.KEPT_FOR,
        trace_id=belongs.trace_id,
        span_id=belongs.span_id,
    )
    _overtake(preview, now=now)
    preview.save(force_insert=True)
    audit.record(
        verb="preview.start",
        by=by,
        now=now,
        kind="preview",
        thing=draft or f"a query of {team.name}",
        thing_id=preview.pk,
        team=team.name,
        environment=environment,
        after={"reads": preview.connections},
    )
    enqueue(REHEARSE, preview_id=str(preview.pk))
    return preview


@transaction.atomic
def cancel(*, preview: Preview, by: User, now: datetime) -> Preview:
    """Stop a preview: at once where it waits, within a second where it runs."""
    access.require(by, "preview.start", preview.team)
    if not _stop([preview.pk], f"Cancelled by {by.full_name}.", now=now):
        raise Moved("This preview has ended already; there is nothing to cancel.")
    audit.record(
        verb="preview.cancel",
        by=by,
        now=now,
        kind="preview",
        thing=preview.draft or f"a query of {preview.team.name}",
        thing_id=preview.pk,
        team=preview.team.name,
        environment=preview.environment,
    )
    preview.refresh_from_db()
    return preview


def look(
    *,
    team: Team,
    binding: Binding,
    wanted: Wanted | None,
    now: datetime,
    search: str = "",
    is_fresh: bool = False,
) -> Look:
    """What an input of a connection is like, or (without `wanted`) what there is; asked anew where
    the answer is old or `is_fresh` says so. What is known stays to be read meanwhile.
    """
    _refuse_without_grants(team, [binding.connection.name if binding.connection else ""])
    found, is_new = _row_of(binding, wanted, search, now)
    if not is_new and not _is_due(found, is_fresh=is_fresh, now=now):
        return found
    with transaction.atomic():
        Look.objects.filter(pk=found.pk).exclude(state=State.RUNNING).update(
            state=State.QUEUED, attempt=0, next_at=now, expires_at=now + limits.KEPT_FOR
        )
        enqueue(LOOK, look_id=str(found.pk))
    found.refresh_from_db()
    return found


def _is_due(found: Look, *, is_fresh: bool, now: datetime) -> bool:
    """Whether an answer is too old, or a failure long enough ago to try again."""
    if found.finished_at is None or not found.is_finished:
        return False
    patience = limits.FRESH_FOR if found.state == State.SUCCEEDED else limits.AGAIN_AFTER
    return is_fresh or now - found.finished_at >= patience


def _row_of(
    binding: Binding, wanted: Wanted | None, search: str, now: datetime
) -> tuple[Look, bool]:
    """The row of this look, and whether nobody has asked for it before."""
    place = wanted or Wanted("")
    key = Look.key_of(
        address=binding.address,
        path=place.path,
        table=place.table,
        format=place.format,
        search=search,
    )
    rows = Look.objects.filter(binding=binding, key=key)
    if found := rows.first():
        return found, False
    made = Look(
        binding=binding,
        key=key,
        path=place.path,
        table=place.table,
        format=place.format,
        search=search,
        expires_at=now + limits.KEPT_FOR,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # someone else asked at the same moment
        return rows.get(), False
    return made, True


def _overtake(preview: Preview, *, now: datetime) -> None:
    if preview.draft is None:
        return
    older = Preview.objects.filter(
        draft=preview.draft, requested_by=preview.requested_by, state__in=Work.UNFINISHED
    )
    _stop(list(older.values_list("pk", flat=True)), "A newer preview was asked for.", now=now)


def _stop(pks: list[Any], message: str, *, now: datetime) -> int:
    rows = Preview.objects.filter(pk__in=pks)
    waiting = rows.filter(state=State.QUEUED).update(
        state=State.CANCELLED, message=message, finished_at=now, next_at=None
    )
    return waiting + rows.filter(state=State.RUNNING).update(is_cancelling=True, message=message)


def _refuse_without_grants(team: Team, names: Iterable[str]) -> None:
    missing = grants.missing(team, [("connection", name) for name in sorted(names)])
    if not missing:
        return
    kind, name = missing[0]
    owner = connections.thing(kind, name).team
    raise Refused(
        f"{team.name} has no grant to query the connection {name}. "
        f"{connections.who_can_help(owner)} can give it."
    )
