"""The verbs of a delivery: planned with a result, delivered again, held and let go on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, UUIDField

from deployments.environments.models import Environment
from deployments.releases import guard
from observability.changes import operations as changes
from observability.changes.models import Change
from observability.instrumentation import work as tracing
from pipelines.connections.models import Binding, Destination
from pipelines.deliveries.destinations.registry import adapter
from pipelines.deliveries.models import Circuit, Delivery, DeliveryAttempt
from pipelines.runs.models import Run
from pipelines.transformations import paths
from pipelines.transformations.models import Version
from portal.accounts import access
from portal.accounts.models import User
from portal.arrays import TEXTS, InArray
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.background import enqueue
from portal.catalog.models import Component
from portal.errors import Moved, Refused
from portal.failpoints import hit
from portal.postgresql.questions import Question
from portal.quoting import quoted

SUPERSEDABLE = (Delivery.State.QUEUED, Delivery.State.FAILED, Delivery.State.HELD)
TABLE = "table"  # the format of what is no file
DELIVER = "pipelines.deliveries.tasks.deliver"


def plan(
    *, run: Run, version: Version, result_path: str, result_checksum: str, now: datetime
) -> list[Delivery]:
    """In the transaction that ends a run: one row for each delivery of the file, as a revision.

    A destination that has no binding here is not delivered to, and says so; what an older revision
    has not sent yet will not be sent any more. Nothing for a run that only stages its result.
    """
    wanted: list[dict[str, Any]] = version.spec.get("deliveries", [])
    if not wanted or not run.is_delivering:
        return []
    destinations = _bound(run.environment, {entry["destination"] for entry in wanted})
    planned = [
        _row(
            run,
            version,
            entry,
            destinations[entry["destination"]],
            result_path,
            result_checksum,
            now,
        )
        for entry in wanted
    ]
    if run.revision > 1:
        older = Delivery.objects.filter(run=run, revision__lt=run.revision)
        older.filter(state__in=SUPERSEDABLE).update(
            state=Delivery.State.SUPERSEDED,
            message=f"Not sent: revision {run.revision} took its place.",
            next_at=None,
        )
    rows = Delivery.objects.bulk_create(planned)
    hit("pipelines.deliveries.planned")
    for row in rows:
        if row.state == Delivery.State.QUEUED:
            enqueue(DELIVER, delivery_id=str(row.pk))
    return rows


_DESTINATIONS: Question[Any] = Question(
    lambda names, environment: Destination.objects.filter(InArray("name", names)).annotate(
        is_bound=Exists(Binding.objects.filter(destination=OuterRef("pk"), environment=environment))
    ),
    names=TEXTS,
    environment=UUIDField(),
)


def _bound(environment: Environment, names: set[str]) -> dict[str, tuple[Destination, bool]]:
    """Each destination and whether it has a place in this environment."""
    found = _DESTINATIONS.rows(names=list(names), environment=environment.pk)
    return {place.name: (place, place.is_bound) for place in found}


def _row(
    run: Run,
    version: Version,
    entry: dict[str, Any],
    destination: tuple[Destination, bool],
    result_path: str,
    result_checksum: str,
    now: datetime,
) -> Delivery:
    place, is_bound = destination
    assert run.release_id is not None, "a run that has ended ran a release"
    assert run.deployment_id is not None, "which a deployment had put there"
    return Delivery(
        run=run,
        transformation_id=run.transformation_id,
        name=delivery_name(entry),
        revision=run.revision,
        client_id=place.client_id,
        destination=place,
        environment=run.environment,
        format=entry.get("format") or TABLE,
        path=path_of(entry, run, place),
        mode=(entry.get("mode") or "replace") if entry.get("table") else "",
        result_path=result_path,
        result_checksum=result_checksum,
        rows=run.rows,
        state=Delivery.State.QUEUED if is_bound else Delivery.State.UNBOUND,
        message="" if is_bound else _not_here(place, run.environment),
        next_at=now if is_bound else None,
        version=version,
        release_id=run.release_id,
        deployment_id=run.deployment_id,
        team=run.team,
        trace_id=run.trace_id,
        span_id=tracing.belonging().span_id,
        requested_by_id=run.requested_by_id,
        reason=run.reason,
        created_at=now,
    )


def _not_here(destination: Destination, environment: Environment) -> str:
    return f"{destination.name} has no binding in {environment.name}, so nothing is sent from here."


def delivery_name(entry: dict[str, Any]) -> str:
    """What a delivery of the file is called: client and destination."""
    return f"{entry['client']}/{entry['destination']}"


def path_of(entry: dict[str, Any], run: Run, place: Destination) -> str:
    """Where it goes inside the destination, with the run's parameters filled in."""
    name, has_places = run.transformation.component.name, adapter(place.kind).has_places
    return paths.of(entry, name, run.parameters, has_places=has_places)


@kept("delivery.again", "delivery", "delivery")
@transaction.atomic
def again(*, delivery: Delivery, by: User, now: datetime, reason: str) -> Delivery:
    """Send the same result once more, as the next revision; the earlier ones stay on record."""
    component = delivery.run.transformation.component
    access.require(by, "delivery.again", component)
    if not reason.strip():
        raise Refused(
            "Say why this is delivered again. The client's history shows it.", field="reason"
        )
    if delivery.state in Delivery.UNFINISHED:
        raise Moved(f"{str(delivery).capitalize()} is still on its way. Wait for it.")
    guard.using(component.pk)
    rejection = guard.rejection_of(component.pk, delivery.version.digest)
    if rejection is not None:
        raise Refused(
            f"{delivery.release} was rejected: {quoted(rejection.reason)} Run it again with "
            "another version instead; that delivers a new revision."
        )
    fresh = _next_revision(delivery, by=by, reason=reason, now=now)
    audit.record(
        verb="delivery.again",
        by=by,
        now=now,
        kind="delivery",
        thing=f"{component.name} to {delivery.client.name}",
        thing_id=fresh.pk,
        component=component.name,
        team=component.team.name,
        environment=delivery.environment.name,
        reason=reason,
        after={"revision": fresh.revision, "version": str(fresh.release)},
    )
    changes.record(
        kind=Change.Kind.REDELIVERY,
        external_id=f"delivery:{fresh.pk}",
        component=component,
        environment=delivery.environment,
        release=delivery.release.number,
        title=f"Delivered again to {delivery.client}",
        by=by,
        started_at=now,
        finished_at=now,
        outcome=Change.Outcome.SUCCEEDED,
        reason=reason,
        url=f"/runs/{delivery.run.number}/",
    )
    if fresh.state == Delivery.State.QUEUED:
        enqueue(DELIVER, delivery_id=str(fresh.pk))
    return fresh


@kept("delivery.cancel", "delivery", "delivery")
@transaction.atomic
def cancel(*, delivery: Delivery, by: User, now: datetime, reason: str) -> Delivery:
    """Not sent after all. Only while it waits: what is being sent may have arrived already."""
    component = delivery.run.transformation.component
    access.require(by, "delivery.cancel", component)
    if not reason.strip():
        raise Refused("Say why. The client's history shows it.", field="reason")
    waiting = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.QUEUED)
    cancelled = waiting.update(
        state=Delivery.State.CANCELLED,
        message=f"Cancelled by {by.full_name}: {reason.strip()}",
        next_at=None,
    )
    if not cancelled:
        raise Moved(f"{str(delivery).capitalize()} does not wait any more: it can't be cancelled.")
    delivery.refresh_from_db()
    audit.record(
        verb="delivery.cancel",
        by=by,
        now=now,
        kind="delivery",
        thing=f"{component.name} to {delivery.client.name}",
        thing_id=delivery.pk,
        component=component.name,
        team=component.team.name,
        environment=delivery.environment.name,
        reason=reason.strip(),
    )
    return delivery


def _next_revision(delivery: Delivery, *, by: User, reason: str, now: datetime) -> Delivery:
    run = Run.objects.select_for_update().get(pk=delivery.run_id)
    if not run.result_path:  # see pipelines/retention
        raise Refused(
            "Its staged result was tidied away: newer ones have taken its place. Start the run "
            "again to make it anew."
        )
    same = Delivery.objects.filter(run=run, name=delivery.name)
    if same.filter(state__in=Delivery.UNFINISHED).exists():
        raise Moved(f"{str(delivery).capitalize()} is on its way already. Wait for it.")
    last = same.aggregate(last=Max("revision"))
    run.revision = max(run.revision, last["last"]) + 1
    run.save(update_fields=["revision"])
    destination = delivery.destination
    tracing.point_at(delivery.trace_id, delivery.pk, delivery.attempt)
    belongs = tracing.belonging()
    is_bound = destination.bindings.filter(environment=delivery.environment).exists()
    return Delivery.objects.create(
        run=run,
        transformation_id=run.transformation_id,
        name=delivery.name,
        revision=run.revision,
        client=delivery.client,
        destination=destination,
        environment=delivery.environment,
        format=delivery.format,
        path=delivery.path,
        mode=delivery.mode,
        result_path=delivery.result_path,
        result_checksum=delivery.result_checksum,
        rows=delivery.rows,
        state=Delivery.State.QUEUED if is_bound else Delivery.State.UNBOUND,
        message="" if is_bound else _not_here(destination, delivery.environment),
        next_at=now if is_bound else None,
        version=delivery.version,
        release=delivery.release,
        deployment=delivery.deployment,
        team=delivery.team,
        trace_id=belongs.trace_id,
        span_id=belongs.span_id,
        requested_by=by,
        reason=reason,
        created_at=now,
    )


@transaction.atomic
def resume(*, destination: Destination, environment: Environment, by: User, now: datetime) -> int:
    """Let what waits for a destination that rests be tried now; returns how many wait."""
    access.require(by, "destination.resume", destination)
    at = {"destination": destination, "environment": environment}
    if not Circuit.objects.filter(**at, opened_at__isnull=False).update(tries_at=now):
        raise Moved(f"{destination.name} is not paused in {environment.name} any more.")
    waiting = Delivery.objects.filter(**at, state=Delivery.State.QUEUED)
    first = list(waiting.order_by("next_at").values_list("pk", flat=True)[:1])
    count = waiting.update(next_at=now)
    audit.record(
        verb="destination.resume",
        by=by,
        now=now,
        kind="destination",
        thing=destination.name,
        thing_id=destination.pk,
        team=destination.team.name,
        environment=environment.name,
        after={"waiting": count},
    )
    for delivery_id in first:  # one tries; when it works, the others follow
        enqueue(DELIVER, delivery_id=str(delivery_id))
    return count


def hold(*, component: Component, digest: str, reason: str, now: datetime) -> int:
    """In the rejecting transaction: keep everything of this content that has not been sent."""
    open_ones = Delivery.objects.filter(
        version__transformation__component=component,
        version__digest=digest,
        state__in=Delivery.UNFINISHED,
    )
    ids = list(open_ones.select_for_update(of=("self",)).values_list("pk", flat=True))
    message = f"Held: its version was rejected. {reason}"
    DeliveryAttempt.objects.filter(delivery__in=ids, state=DeliveryAttempt.State.SENDING).update(
        state=DeliveryAttempt.State.STOPPED, message=message, finished_at=now
    )
    hit("pipelines.deliveries.holding")
    # Due until cleared: a lost message must not leave a file behind for a worker that wakes late.
    Delivery.objects.filter(pk__in=ids).update(
        state=Delivery.State.HELD, message=message, next_at=now, lease_until=None
    )
    for delivery_id in ids:  # what a killed worker may have left at the destination goes
        enqueue("pipelines.deliveries.tasks.clear", delivery_id=str(delivery_id))
    return len(ids)


def unhold(*, component: Component, digest: str, now: datetime) -> int:
    """In the lifting transaction: what was held is due again, unless newer stands there."""
    held = Delivery.objects.filter(
        version__transformation__component=component,
        version__digest=digest,
        state=Delivery.State.HELD,
    )
    ids = list(held.select_for_update(of=("self",)).values_list("pk", flat=True))
    Delivery.objects.filter(pk__in=ids).update(
        state=Delivery.State.QUEUED, message="", next_at=now, tries=0
    )
    hit("pipelines.deliveries.let_go")
    for delivery_id in ids:
        enqueue(DELIVER, delivery_id=str(delivery_id))
    return len(ids)
