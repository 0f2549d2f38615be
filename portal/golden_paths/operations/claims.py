"""A step in the hands of a worker: claimed, ended, failed; fenced by the attempt's number.

A step is claimed by counting its attempt up, under the lock of its use. That number is the fence:
whoever comes back late holds an old one and neither does nor writes anything.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from portal.failpoints import hit
from portal.golden_paths import lifecycle
from portal.golden_paths.definition import Definition, parsed
from portal.golden_paths.models import PathAttempt, PathRun, PathStep
from portal.golden_paths.operations import writing
from portal.golden_paths.references import Known, Unknown, is_true, resolved
from portal.golden_paths.steps.base import Done, Link, Waiting
from portal.workers import pauses

log = logging.getLogger(__name__)
OVER = (PathStep.State.DONE, PathStep.State.SKIPPED, PathStep.State.LEFT)


@dataclass(frozen=True, slots=True)
class Claim:
    """A step that this worker holds, by the number of its attempt."""

    run: PathRun
    step: PathStep
    number: int


@transaction.atomic
def claim(run_id: UUID | str, worker: str, now: datetime) -> Claim | None:
    """The next step, if it is due and free: with a new attempt, or the one that is waited for."""
    run = (
        PathRun.objects.select_for_update(of=("self",))
        .select_related("path", "version", "team")
        .filter(pauses.flowing("control"), pk=run_id, state__in=PathRun.MOVING)
        .first()
    )
    step = _due(run, now) if run else None
    if run is None or step is None:
        return None
    if step.state == PathStep.State.WAITING:
        return Claim(run, step, step.attempt)
    if step.state != PathStep.State.PENDING or not step.next_at or step.next_at > now:
        return None
    number = step.attempt + 1
    step.state, step.attempt, step.tries = PathStep.State.RUNNING, number, step.tries + 1
    step.lease_until = now + timedelta(seconds=settings.LEASE_SECONDS)
    step.next_at, step.message, step.started_at = None, "", step.started_at or now
    step.save()
    PathAttempt.objects.create(
        step=step,
        number=number,
        is_undo=step.is_undoing,
        state=PathStep.State.RUNNING,
        worker=worker,
        started_at=now,
    )
    return Claim(run, step, number)


def known(run: PathRun) -> Known:
    """What references of its steps are looked up in: its answers, and what is done."""
    made = PathStep.objects.filter(run=run).values_list("name", "outputs")
    return Known(run.answers, dict(made))


def is_mine(claim: Claim, run: PathRun) -> bool:
    """Under the lock of the use: nobody has cancelled it or taken the step over."""
    held = (PathStep.State.RUNNING, PathStep.State.WAITING)
    return (
        run.state in PathRun.MOVING
        and PathStep.objects.filter(pk=claim.step.pk, state__in=held, attempt=claim.number).exists()
    )


def end(claim: Claim, run: PathRun, said: Done | Waiting, now: datetime) -> bool:
    """Write how the step ended, in the transaction that did it. True: go on with the next one."""
    step = claim.step
    step.message = said.words
    step.links = _kept(said.links) or step.links
    step.lease_until, step.next_at = None, None
    if isinstance(said, Waiting):
        step.state, step.next_at = PathStep.State.WAITING, said.again_at
        step.kept = dict(said.kept) or step.kept
    elif step.is_undoing:
        step.state, step.finished_at = PathStep.State.UNDONE, now
    else:
        step.state, step.finished_at, step.outputs = PathStep.State.DONE, now, dict(said.outputs)
    step.save()
    _close(claim, step, now)
    hit("golden_paths.step.written")
    log.info("step %s %s: %s", step.name, step.state, step.message)
    if step.state == PathStep.State.WAITING:
        return False
    return go_on(run, now)


def go_on(run: PathRun, now: datetime) -> bool:
    """Set the next step going, or end the use. True: there is a next one."""
    following = _next(run)
    while following is not None and not following.is_undoing and not _is_asked_for(run, following):
        PathStep.objects.filter(pk=following.pk).update(
            state=PathStep.State.SKIPPED, message="Not asked for.", next_at=None
        )
        following = _next(run)
    if following is None:
        _finish(run, now)
        return False
    PathStep.objects.filter(pk=following.pk).update(next_at=now)
    PathRun.objects.filter(pk=run.pk).update(message="")
    return True


@transaction.atomic
def fail(
    claim: Claim,
    message: str,
    *,
    is_permanent: bool,
    now: datetime,
    at_once: bool = False,
    links: Sequence[Link] = (),
) -> None:
    """Write that an attempt failed: again after a pause (or at once), or all stops here."""
    run = writing.locked(claim.run)
    if not is_mine(claim, run):
        log.info("step %s fenced off at attempt %s", claim.step.name, claim.number)
        return
    step = PathStep.objects.get(pk=claim.step.pk)
    step.state, step.message, step.lease_until, step.next_at = (
        PathStep.State.FAILED,
        message,
        None,
        None,
    )
    step.links = _kept(links) or step.links
    _close(claim, step, now)
    hit("golden_paths.step.failed")
    if lifecycle.may_try_again(tries=step.tries, is_permanent=is_permanent):
        pause = timedelta() if at_once else lifecycle.pause_before_next(step.tries)
        step.state, step.next_at = PathStep.State.PENDING, now + pause
        step.message = f"{message} The next attempt follows."
        step.save()
        writing.send(run)
        return
    step.finished_at = now
    step.save()
    run.state = PathRun.State(writing.refuse_unless(run, "fail"))
    run.message, run.finished_at = f"{step.title}: {message}", now
    run.save(update_fields=["state", "message", "finished_at"])
    after: dict[str, Any] = {"step": step.name, "attempt": claim.number}
    writing.note(run, "golden_path.fail", by=None, now=now, reason=message, after=after)


def _due(run: PathRun, now: datetime) -> PathStep | None:
    """The next step; those that nobody asked for are passed over first."""
    step = _next(run)
    if step is None or step.is_undoing or step.state != PathStep.State.PENDING or step.attempt:
        return step
    if _is_asked_for(run, step):
        return step
    return _next(run) if go_on(run, now) else None


def _next(run: PathRun) -> PathStep | None:
    steps = PathStep.objects.filter(run=run)
    if run.state == PathRun.State.UNDOING:
        undoing = steps.filter(is_undoing=True).exclude(state=PathStep.State.UNDONE)
        return undoing.order_by("-order").first()
    return steps.exclude(state__in=OVER).order_by("order").first()


def _is_asked_for(run: PathRun, step: PathStep) -> bool:
    spec = definition_of(run).step(step.name)
    if spec is None or not spec.condition:
        return True
    try:
        return is_true(resolved(spec.condition, known(run)))
    except Unknown:
        return False  # what it depends on was passed over itself


def definition_of(run: PathRun) -> Definition:
    """The path as it was when this was started."""
    return parsed(run.version.content)


def _kept(links: Sequence[Link]) -> list[dict[str, str]]:
    return [{"title": link.title, "url": link.url} for link in links]


def _close(claim: Claim, step: PathStep, now: datetime) -> None:
    is_over = step.state != PathStep.State.WAITING
    PathAttempt.objects.filter(step=step, number=claim.number).update(
        state=step.state, message=step.message, finished_at=now if is_over else None
    )


def _finish(run: PathRun, now: datetime) -> None:
    run.state = PathRun.State(writing.refuse_unless(run, "finish"))
    run.message, run.finished_at = "", now
    if run.state == PathRun.State.DONE:
        run.links = _links(run)
    run.save(update_fields=["state", "message", "links", "finished_at"])
    hit("golden_paths.finishing")
    writing.note(run, "golden_path.finish", by=None, now=now, after={"state": run.state})


def _links(run: PathRun) -> list[dict[str, str]]:
    """Where to go on; a page of what was not made is left out."""
    found, at_hand = [], known(run)
    for link in definition_of(run).spec.links:
        try:
            url = str(resolved(link.url, at_hand))
            found.append({"title": str(resolved(link.title, at_hand)), "url": url})
        except Unknown:
            continue
    return found
