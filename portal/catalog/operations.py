"""Registering components, noting what they depend on, and announcing their end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from portal.accounts import access
from portal.accounts.models import Team, User
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.catalog import facts, findable
from portal.catalog.models import Component, Dependency
from portal.errors import Moved, Refused
from portal.names import SLUG_HINT, in_one_line, is_slug
from portal.search import operations as search
from portal.seen import ANYTHING, Seen

CHANGEABLE = ("title", "description", "tier", "lifecycle", "links")


@transaction.atomic
def register(
    *,
    name: str,
    team: Team,
    kind: str,
    by: User,
    now: datetime,
    title: str = "",
    description: str = "",
    tier: int = 3,
) -> Component:
    """Make a component known, owned by `team`. Refused where the name is taken or not a slug."""
    access.require(by, "component.register", team)
    if not is_slug(name):
        raise Refused(f"“{name}” can't be a name: use {SLUG_HINT}.", field="name")
    component = Component(
        name=name,
        title=in_one_line(title),
        description=description,
        kind=kind,
        team=team,
        tier=tier,
        created_at=now,
    )
    try:
        with transaction.atomic():
            component.save(force_insert=True)
    except IntegrityError:
        _refuse_taken(name, team)
        raise
    audit.record(
        verb="component.register",
        by=by,
        now=now,
        kind="component",
        thing=name,
        thing_id=component.pk,
        component=name,
        team=team.name,
        after={"kind": kind, "tier": tier},
    )
    search.put(findable.thing(component))
    return component


def _refuse_taken(name: str, team: Team) -> None:
    taken = Component.objects.filter(name=name).select_related("team").first()
    if taken and taken.is_unowned:
        raise Refused(unclaimed(name, team.name), field="name")
    if taken:
        raise Refused(
            f"{name} is already registered by {taken.team.name}. Names are unique: choose another.",
            field="name",
        )


def unclaimed(name: str, team: str) -> str:
    """Why a component that was seen is not registered anew."""
    return f"{name} was seen already and nobody answers for it: claim it for {team}."


@kept("component.change", "component", "component")
@transaction.atomic
def change(
    *,
    component: Component,
    by: User,
    now: datetime,
    seen: Seen = ANYTHING,
    **given: Any,
) -> Component:
    """Write down what it is, as far as given: what is `CHANGEABLE`.

    Another stage of its life than deprecated takes its deprecation back.
    """
    access.require(by, "component.change", component)
    current = _locked(component)
    before = facts_of(current)
    seen.require(before, current.name)
    after = {**before, **_checked(current, given)}
    if after == before:
        return current
    if Component.Lifecycle.DEPRECATED == before["lifecycle"] != after["lifecycle"]:
        access.require(by, "component.deprecate", current)
        _take_back(current, after["lifecycle"], by=by, now=now)
        before["lifecycle"] = after["lifecycle"]
    for name, value in after.items():
        setattr(current, name, value)
    current.save(update_fields=list(after))
    search.put(findable.thing(current))
    different = [name for name in after if after[name] != before[name]]
    if not different:
        return current
    audit.record(
        verb="component.change",
        by=by,
        now=now,
        kind="component",
        thing=current.name,
        thing_id=current.pk,
        component=current.name,
        team=current.team.name,
        before={name: before[name] for name in different},
        after={name: after[name] for name in different},
    )
    return current


@kept("component.hand_over", "component", "component")
@transaction.atomic
def hand_over(
    *, component: Component, to: Team, confirm: str, by: User, now: datetime, reason: str
) -> Component:
    """Another team answers for it from now on. `confirm` is its name, written once more."""
    current = _locked(component)
    access.require(by, "component.hand_over", current)
    if to.pk == current.team_id:
        raise Moved(f"{to.name} answers for {current.name} already.", field="to")
    if confirm.strip() != current.name:
        raise Refused(f"Write {current.name} to confirm that you mean it.", field="confirm")
    if not reason.strip():
        raise Refused("Say why. The other team reads it.", field="reason")
    if not access.anyone_may("deployment.request", to):
        raise Refused(
            f"Nobody in {to.name} could answer for it. Someone with the platform role can name a "
            "first maintainer there.",
            field="to",
        )
    before, current.team = current.team, to
    current.save(update_fields=["team"])
    search.put(findable.thing(current))
    audit.record(
        verb="component.hand_over",
        by=by,
        now=now,
        kind="component",
        thing=current.name,
        thing_id=current.pk,
        component=current.name,
        team=to.name,
        reason=reason.strip(),
        before={"team": before.name},
        after={"team": to.name},
    )
    return current


def facts_of(component: Component) -> dict[str, Any]:
    """What people may change of it, as it is now."""
    return {name: getattr(component, name) for name in CHANGEABLE}


def _checked(component: Component, given: dict[str, Any]) -> dict[str, Any]:
    """The values as they are kept; refused, by field, where they can't be."""
    if unknown := given.keys() - set(CHANGEABLE):
        raise Refused(f"{min(unknown)} can't be changed.", field=min(unknown))
    if "tier" in given and given["tier"] not in range(1, 5):
        raise Refused("A tier is a number from 1, the most important, to 4.", field="tier")
    if "lifecycle" in given and given["lifecycle"] != component.lifecycle:
        _refuse_lifecycle(given["lifecycle"])
    if "links" in given:
        wanted = facts.links(given["links"])
        for problem in facts.problems(wanted):
            raise Refused(problem, field="links")
        given = {**given, "links": [link.kept() for link in wanted]}
    if "title" in given:
        given = {**given, "title": in_one_line(given["title"])}
    return {key: value.strip() if isinstance(value, str) else value for key, value in given.items()}


def _refuse_lifecycle(wanted: str) -> None:
    stages = (Component.Lifecycle.EXPERIMENTAL, Component.Lifecycle.PRODUCTION)
    if wanted not in stages:
        raise Refused(
            "Deprecating has a date and tells those who use it: it is a golden path of its own.",
            field="lifecycle",
        )


def depend(
    *,
    component: Component,
    on: Iterable[tuple[str, str, str]],
    source: Dependency.Source,
    now: datetime,
) -> None:
    """Replace what `component` depends on by `source`: (direction, kind, name) triples."""
    wanted = set(on)
    held = {
        (d.direction, d.kind, d.name): d
        for d in Dependency.objects.filter(component=component, source=source)
    }
    gone = [held[key].pk for key in held.keys() - wanted]
    Dependency.objects.filter(pk__in=gone).delete()
    Dependency.objects.bulk_create(
        [
            Dependency(
                component=component,
                direction=direction,
                kind=kind,
                name=name,
                source=source,
                since_at=now,
            )
            for direction, kind, name in wanted - held.keys()
        ],
        ignore_conflicts=True,
    )


@kept("component.deprecate", "component", "component")
@transaction.atomic
def deprecate(
    *,
    component: Component,
    sunset_on: date,
    by: User,
    now: datetime,
    replacement: Component | None = None,
    reason: str = "",
) -> Component:
    """Say after which day it will be gone, and what to use instead. Nothing stops before."""
    access.require(by, "component.deprecate", component)
    current = _locked(component)
    if current.lifecycle == Component.Lifecycle.DEPRECATED:
        raise Moved(f"{current.name} is deprecated already: it ends on {current.sunset_on}.")
    if sunset_on <= now.date():
        raise Refused(
            "Choose a day to come: whoever uses it needs time to leave it.", field="sunset_on"
        )
    check_replacement(current, replacement)
    before = _standing(current)
    current.lifecycle = Component.Lifecycle.DEPRECATED
    current.sunset_on, current.replacement = sunset_on, replacement
    _save_standing(current, "component.deprecate", by=by, now=now, reason=reason, before=before)
    return current


@kept("component.restore", "component", "component")
@transaction.atomic
def restore(
    *, component: Component, lifecycle: str, by: User, now: datetime, reason: str = ""
) -> Component:
    """Take a deprecation back: it stays, in the stage of its life that it had before."""
    access.require(by, "component.deprecate", component)
    current = _locked(component)
    if current.lifecycle != Component.Lifecycle.DEPRECATED:
        raise Moved(f"{current.name} is not deprecated.")
    _take_back(current, lifecycle, by=by, now=now, reason=reason)
    return current


def _take_back(
    current: Component, lifecycle: str, *, by: User, now: datetime, reason: str = ""
) -> None:
    before = _standing(current)
    current.lifecycle = Component.Lifecycle(lifecycle)
    current.sunset_on = current.replacement = None
    _save_standing(current, "component.restore", by=by, now=now, reason=reason, before=before)


def _locked(component: Component) -> Component:
    # Without its team: joined to the one before, it is not found once another answers for it.
    return Component.objects.select_for_update().get(pk=component.pk)


def check_replacement(component: Component, replacement: Component | None) -> None:
    """Refused where it could replace nothing: it is the same, or ends itself."""
    if replacement is None:
        return
    if replacement.pk == component.pk:
        raise Refused("It can't replace itself. Name another component.", field="replacement")
    if replacement.lifecycle == Component.Lifecycle.DEPRECATED:
        raise Refused(
            f"{replacement.name} is deprecated itself. Name one that stays.", field="replacement"
        )


def _standing(component: Component) -> dict[str, Any]:
    return {
        "lifecycle": component.lifecycle,
        "sunset_on": component.sunset_on.isoformat() if component.sunset_on else None,
        "replacement": component.replacement.name if component.replacement else None,
    }


def _save_standing(
    component: Component,
    verb: str,
    *,
    by: User,
    now: datetime,
    reason: str,
    before: dict[str, Any],
) -> None:
    component.save(update_fields=["lifecycle", "sunset_on", "replacement"])
    search.put(findable.thing(component))
    audit.record(
        verb=verb,
        by=by,
        now=now,
        kind="component",
        thing=component.name,
        thing_id=component.pk,
        component=component.name,
        team=component.team.name,
        reason=reason,
        before=before,
        after=_standing(component),
    )
