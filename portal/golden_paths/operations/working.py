"""The control worker: claims the next step, does it or takes it back, step after step."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError, transaction

from portal.accounts.models import User
from portal.context import bind
from portal.errors import Refused
from portal.failpoints import Failed, hit
from portal.golden_paths.models import PathRun
from portal.golden_paths.operations import claims, writing
from portal.golden_paths.operations.claims import Claim
from portal.golden_paths.references import resolved
from portal.golden_paths.steps.base import Done, StepError, Waiting
from portal.golden_paths.steps.registry import step_for

Clock = Callable[[], datetime]
log = logging.getLogger(__name__)
BROKEN = "Something broke inside of Slipway; it is reported. Trying again may help."


def work(*, path_run_id: UUID | str, worker: str, now: datetime) -> None:
    """Do what is due of a use, until it ends, waits, fails or belongs to another worker.

    Called as often as one likes: what is not due is left alone. `now` goes on ticking inside.
    """
    clock = _ticking(now)
    while (claim := claims.claim(path_run_id, worker, clock())) is not None:
        with bind(path_run_id=claim.run.pk, path_step=claim.step.name):
            hit("golden_paths.step.claimed")
            if not _do(claim, clock):
                return
            hit("golden_paths.step.over")


def _ticking(now: datetime) -> Clock:
    begun = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - begun)


def _do(claim: Claim, clock: Clock) -> bool:
    """One step. True: it is over and the next one may begin."""
    try:
        return _at_once(claim, clock())
    except StepError as error:
        claims.fail(
            claim, error.message, is_permanent=error.permanent, links=error.links, now=clock()
        )
    except Refused as refused:
        claims.fail(claim, refused.message, is_permanent=True, now=clock())
    except (Failed, OperationalError):
        raise  # killed, or cut off from the database: the lease ends, and another goes on
    except Exception:
        claims.fail(claim, BROKEN, is_permanent=True, now=clock())
        raise
    return False


@transaction.atomic
def _at_once(claim: Claim, now: datetime) -> bool:
    """Do it and write down that it is done: both or neither, and only while it is ours."""
    run = writing.locked(claim.run)
    if not claims.is_mine(claim, run):
        log.info("step %s fenced off at attempt %s", claim.step.name, claim.number)
        return False
    by = _person(run, now)
    said = _undone(claim, run, by, now) if claim.step.is_undoing else _done(claim, run, by, now)
    hit("golden_paths.step.did")
    is_next = claims.end(claim, run, said, now)
    hit("golden_paths.step.committing")
    return is_next


def _done(claim: Claim, run: PathRun, by: User, now: datetime) -> Done | Waiting:
    step = claim.step
    spec = claims.definition_of(run).step(step.name)
    assert spec is not None
    given = resolved(spec.given, claims.known(run))
    step.given = {name: value for name, value in given.items() if value not in (None, "")}
    return step_for(step.kind).do(
        given=step.given, by=by, now=now, key=str(step.pk), kept=step.kept
    )


def _undone(claim: Claim, run: PathRun, by: User, now: datetime) -> Done:
    step = claim.step
    return step_for(step.kind).undo(
        given=step.given,
        outputs=step.outputs or step.kept,
        by=by,
        now=now,
        key=f"{step.pk}:undo",
        reason=run.reason,
    )


def _person(run: PathRun, now: datetime) -> User:
    """Who it acts for, with the scopes of the token that it was started with."""
    by, token = run.acts_for, run.token
    if token is not None:
        if token.revoked_at is not None or token.expires_at <= now:
            raise Refused(
                f"The token {token} that set this going was revoked or has expired. Whoever tries "
                "it again does so with their own rights."
            )
        by.token = token
    return by
