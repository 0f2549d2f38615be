"""Components that were seen before anyone registered them: who answers for them, and no longer.

They stand in the catalog under the team that is nobody. Claiming gives such a component to a team;
letting go gives it back. Whoever comes second is refused: the row is locked.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from portal.accounts import access
from portal.accounts.models import Team, User
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.catalog import findable
from portal.catalog.models import Component
from portal.errors import Moved, Refused
from portal.names import is_slug
from portal.notifications.operations.telling import notify
from portal.search import operations as search

NOBODY = "unowned"
LEAST_TIER = 4  # until someone says how much depends on it


@transaction.atomic
def observe(*, names: Collection[str], now: datetime) -> list[Component]:
    """Put services that were seen into the catalog; those whose names can't be there are left out.

    It is no act of a person: the entry names nobody.
    """
    taken = set(Component.objects.filter(name__in=names).values_list("name", flat=True))
    wanted = sorted({name for name in names if is_slug(name)} - taken)
    if not wanted:
        return []
    nobody = team_of_nobody(now)
    made: list[Component] = []
    for name in wanted:
        component, is_new = Component.objects.get_or_create(
            name=name,
            defaults={
                "kind": Component.Kind.SERVICE,
                "team": nobody,
                "tier": LEAST_TIER,
                "created_at": now,
                "seen_at": now,
            },
        )
        if is_new:
            _record("component.observe", component, by=None, now=now, after={"kind": "service"})
            search.put(findable.thing(component))
            made.append(component)
    return made


@kept("component.claim", "component", "component")
@transaction.atomic
def claim(*, component: Component, team: Team, by: User, now: datetime) -> Component:
    """`team` answers for it from now on, and only its tokens write as it. Moved for the second."""
    access.require(by, "component.claim", team)
    current = _locked(component)
    if not current.is_unowned:
        raise Moved(
            f"{current.team.name} answers for {current.name} already. If it should be "
            f"{team.name}, a maintainer there hands it over.",
            field="team",
        )
    if not access.anyone_may("telemetry.send", team):
        raise Refused(
            f"Nobody in {team.name} could answer for it. Someone with the platform role can name "
            "a first maintainer there.",
            field="team",
        )
    _give(current, team)
    _record("component.claim", current, by=by, now=now, after={"team": team.name})
    _tell("component.claimed", f"{team.name} claimed {current.name}", current, team, by=by, now=now)
    return current


@kept("component.let_go", "component", "component")
@transaction.atomic
def let_go(*, component: Component, reason: str, by: User, now: datetime) -> Component:
    """Undo a claim: nobody answers for it again. Only for what was seen, not for what was made."""
    current = _locked(component)
    if current.is_unowned:
        raise Moved(f"Nobody answers for {current.name} already.")
    access.require(by, "component.let_go", current)
    if current.seen_at is None:
        raise Refused(
            f"{current.name} was registered, not claimed: someone has to answer for it. Hand it "
            "over, or deprecate it."
        )
    if not reason.strip():
        raise Refused("Say why. Whoever looks for an owner reads it.", field="reason")
    team = current.team
    _give(current, team_of_nobody(now))
    _record(
        "component.let_go",
        current,
        by=by,
        now=now,
        reason=reason.strip(),
        before={"team": team.name},
        team=team,
    )
    said = f"{team.name} let go of {current.name}"
    _tell("component.let_go", said, current, team, by=by, now=now, text=reason.strip())
    return current


def team_of_nobody(now: datetime) -> Team:
    """The team without anyone, made when the first thing is seen."""
    found = Team.nobodys.filter(is_nobody=True).first()
    if found:
        return found
    free = next(
        name
        for name in (NOBODY, *(f"{NOBODY}-{n}" for n in range(2, 100)))
        if not Team.objects.filter(name=name).exists()
    )
    team, _ = Team.nobodys.get_or_create(
        is_nobody=True, defaults={"name": free, "title": "Nobody yet", "created_at": now}
    )
    return team


def _locked(component: Component) -> Component:
    # Without its team: joined to the one before, it is not found once another answers for it.
    return Component.objects.select_for_update().get(pk=component.pk)


def _give(component: Component, team: Team) -> None:
    component.team = team
    component.save(update_fields=["team"])
    search.put(findable.thing(component))


def _record(
    verb: str,
    component: Component,
    *,
    by: User | None,
    now: datetime,
    reason: str = "",
    before: dict[str, str] | None = None,
    after: dict[str, str] | None = None,
    team: Team | None = None,
) -> None:
    audit.record(
        verb=verb,
        by=by,
        now=now,
        kind="component",
        thing=component.name,
        thing_id=component.pk,
        component=component.name,
        team=(team or component.team).name,
        reason=reason,
        before=before,
        after=after,
    )


def _tell(
    kind: str,
    subject: str,
    component: Component,
    team: Team,
    *,
    by: User,
    now: datetime,
    text: str = "",
) -> None:
    """The team's maintainers, and whoever sends its telemetry."""
    sender: User | None = import_string(settings.SENDER_OF)(component.name)
    notify(
        kind=kind,
        subject=subject,
        key=f"{component.name} {now.isoformat()}",
        now=now,
        component=component,
        team=team,
        text=text,
        link=f"/components/{component.name}/",
        person=sender if sender and sender.pk != by.pk else None,
        actor=by,
    )
