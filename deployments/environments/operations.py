"""Making places to deploy to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from deployments.environments import findable, way
from deployments.environments.models import Environment
from deployments.rollouts import operations as rollouts
from portal.accounts import access
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.errors import Moved, Refused
from portal.figures import times
from portal.names import SLUG_HINT, in_one_line, is_slug
from portal.search import operations as search
from portal.seen import ANYTHING, Seen

CHANGEABLE = ("title", "order", "approvals", "is_production")
MOST = 32_767  # what the columns for `order` and `approvals` hold


@kept("environment.create", "environment", "name")
@transaction.atomic
def create(
    *,
    name: str,
    title: str,
    order: int,
    approvals: int,
    is_production: bool,
    by: User,
    now: datetime,
    reason: str = "",
) -> Environment:
    """Make a place to deploy to. It has no bindings, so nothing there reaches a client.

    A reason is needed where production comes right after it.
    """
    access.require(by, "environment.create")
    _refuse_nonsense(name, order, approvals)
    _refuse_taken(name, order)
    _refuse_upset(name, order, reason)
    environment = Environment(
        name=name,
        title=in_one_line(title) or name.capitalize(),
        order=order,
        approvals=approvals,
        is_production=is_production,
        created_at=now,
    )
    try:
        with transaction.atomic():
            environment.save(force_insert=True)
    except IntegrityError as error:
        raise Moved("Someone else just made an environment like it. Look at the list.") from error
    audit.record(
        verb="environment.create",
        by=by,
        now=now,
        kind="environment",
        thing=name,
        thing_id=environment.pk,
        environment=name,
        reason=reason.strip(),
        after={"order": order, "approvals": approvals, "is_production": is_production},
    )
    search.put(findable.thing(environment))
    return environment


@kept("environment.change", "environment", "environment")
@transaction.atomic
def change_approvals(
    *,
    environment: Environment,
    approvals: int,
    reason: str,
    by: User,
    now: datetime,
    seen: Seen = ANYTHING,
) -> Environment:
    """How many others have to agree from now on.

    What waits is counted anew: with enough it goes on. What nobody agreed to waits for one word,
    even where the rule asks for none any more. What went on goes on.
    """
    access.require(by, "environment.change")
    if not reason.strip():
        raise Refused("Say why. Whoever waits for an approval reads it.", field="reason")
    current = Environment.objects.select_for_update(no_key=True).get(pk=environment.pk)
    seen.require(facts_of(current), current.name)
    if approvals == current.approvals:
        raise Refused(f"It asks for {times(approvals, 'approval')} already.", field="approvals")
    return _changed(current, {"approvals": approvals}, reason.strip(), by, now)


@kept("environment.change", "environment", "environment")
@transaction.atomic
def change(
    *,
    environment: Environment,
    by: User,
    now: datetime,
    seen: Seen = ANYTHING,
    reason: str = "",
    **given: Any,
) -> Environment:
    """Say anew, as far as given: `title`, `order`, `approvals`, `is_production`.

    What waits is counted anew where `approvals` changes. A reason is needed where production comes
    after another environment by it.
    """
    access.require(by, "environment.change")
    current = Environment.objects.select_for_update(no_key=True).get(pk=environment.pk)
    seen.require(facts_of(current), current.name)
    return _changed(current, given, reason.strip(), by, now)


def facts_of(environment: Environment) -> dict[str, Any]:
    """What people may change of it, as it is now."""
    return {name: getattr(environment, name) for name in CHANGEABLE}


def _changed(
    current: Environment, given: dict[str, Any], reason: str, by: User, now: datetime
) -> Environment:
    """What is locked and allowed, done."""
    before = facts_of(current)
    after = {**before, **given}
    after["title"] = in_one_line(after["title"]) or current.name.capitalize()
    _refuse_nonsense(current.name, after["order"], after["approvals"])
    if after["order"] != before["order"]:
        _refuse_taken("", after["order"])
        _refuse_upset(current.name, after["order"], reason)
    different = [name for name in CHANGEABLE if after[name] != before[name]]
    if not different:
        return current
    for name in different:
        setattr(current, name, after[name])
    current.save(update_fields=different)
    audit.record(
        verb="environment.change",
        by=by,
        now=now,
        kind="environment",
        thing=current.name,
        thing_id=current.pk,
        environment=current.name,
        reason=reason,
        before={name: before[name] for name in different},
        after={name: after[name] for name in different},
    )
    search.put(findable.thing(current))
    if "approvals" in different:
        rollouts.recount(environment=current, by=by, now=now)
    return current


def _refuse_nonsense(name: str, order: int, approvals: int) -> None:
    if not is_slug(name):
        raise Refused(f"“{name}” can't be a name: use {SLUG_HINT}.", field="name")
    if not 0 <= order <= MOST:
        raise Refused("The order is a whole number from 0, first things first.", field="order")
    _refuse_many(approvals)


def _refuse_many(approvals: int) -> None:
    if not 0 <= approvals <= 10:
        raise Refused("From 0 to 10 people can be asked to approve.", field="approvals")


def _refuse_taken(name: str, order: int) -> None:
    if Environment.objects.filter(name=name).exists():
        raise Refused(f"There is an environment called {name} already.", field="name")
    taken = Environment.objects.filter(order=order).first()
    if taken:
        raise Refused(f"{taken.name} stands at place {order}. Choose another.", field="order")


def _refuse_upset(name: str, order: int, reason: str) -> None:
    """Who changes what production comes after says why, and knows what that stops."""
    if not reason.strip() and (words := way.upset(name=name, order=order)):
        raise Refused(f"{words} Say why.", field="reason")
