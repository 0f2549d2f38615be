"""Taking note of who sends telemetry, and whether they may speak for that component."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, Value
from django.db.models.functions import Coalesce, NullIf

from observability.senders import aliases
from observability.senders.models import Service
from portal.accounts import access
from portal.accounts.models import User
from portal.catalog.models import Component
from portal.claims import operations as claims
from portal.names import SLUG

SEEN_EVERY = timedelta(minutes=1)
AT_ONCE = 100  # services that one tick puts into the catalog
MOST_UNOWNED = 500  # names that one person may bring in that no component has


def admission(*, names: Collection[str], sender: User, now: datetime) -> Callable[[str], str]:
    """A function that says why telemetry of one of these services is not taken; "" where it is.

    A component's telemetry comes from its own team only. What no component is called is taken as
    seen and unowned, up to a number of names. However many they are, few questions are asked.
    """
    called = {name: aliases.of(name) or name for name in names}
    components = {
        component.name: component
        for component in Component.objects.select_related("team").filter(name__in=called.values())
    }
    known = Service.objects.filter(name__in={*called, *called.values()})
    seen = dict(known.values_list("name", "last_seen_at"))
    refused = _not_theirs(called, components, sender)
    _note_refused({name if name in seen else called[name] for name in refused}, seen, sender, now)
    free = [name for name in names if name not in seen and called[name] not in components]
    if free:
        for name in free[_still_free(sender) :]:
            refused[name] = (
                f"{MOST_UNOWNED} services without a component came in by this person already: "
                "register components for them, or give them one service.name."
            )
    _note([name for name in names if name not in refused], seen, sender, now)
    return lambda name: refused.get(name, "")


def _not_theirs(
    called: Mapping[str, str], components: Mapping[str, Component], by: User
) -> dict[str, str]:
    """Services whose telemetry is not this person's to send, and what to say of each."""
    theirs = {
        name: access.may(by, "telemetry.send", component) for name, component in components.items()
    }
    return {
        name: _refusal(name, components[component])
        for name, component in called.items()
        if component in theirs and not theirs[component]
    }


def _refusal(name: str, component: Component) -> str:
    if name == component.name:
        return (
            f"{name} belongs to {component.team.name}: telemetry of it is taken with a token of "
            "a developer there."
        )
    return (
        f"“{name}” would be {component.name} here, which belongs to {component.team.name}: it is "
        "taken with a token of a developer there, or by another service.name."
    )


def _note_refused(names: Collection[str], seen: Collection[str], by: User, now: datetime) -> None:
    """So that a team sees whose token is to be replaced; to the minute, and a row a component.

    No row begins for a name of somebody's making: it is its component's that tells.
    """
    new = [
        Service(name=name, refused_at=now, refused_sender=by) for name in names if name not in seen
    ]
    if new:
        Service.objects.bulk_create(new, ignore_conflicts=True)
    if old := [name for name in names if name in seen]:
        due = Q(refused_at=None) | Q(refused_at__lte=now - SEEN_EVERY)
        rows = Service.objects.filter(due, name__in=old)
        rows.update(refused_at=now, refused_sender=by)


def introduce(*, now: datetime) -> int:
    """Put services into the catalog that are not there yet; how many. They are nobody's."""
    _name()
    known = Component.objects.filter(name=OuterRef("called"))
    rows = Service.objects.annotate(called=Coalesce(NullIf("alias", Value("")), "name"))
    unknown = rows.filter(~Exists(known), called__regex=f"^{SLUG.pattern}$")
    names = list(unknown.order_by("pk").values_list("called", flat=True)[:AT_ONCE])
    return len(claims.observe(names=names, now=now)) if names else 0


def _name() -> None:
    """Say what their component is called of those that code without aliases took note of."""
    rows = Service.objects.filter(alias="").exclude(name__regex=f"^({SLUG.pattern})$")
    rows = rows.exclude(name__startswith=aliases.NAMELESS).only("name").order_by("pk")
    unnamed = list(rows[:AT_ONCE])
    for row in unnamed:
        row.alias = aliases.of(row.name)
    if unnamed:
        Service.objects.bulk_update(unnamed, ["alias"])


def _still_free(by: User) -> int:
    """How many names that no component has this person may still bring in."""
    names = Service.objects.filter(sender=by).values_list("pk", flat=True)
    return MOST_UNOWNED - len(names[:MOST_UNOWNED])


def _note(names: list[str], seen: dict[str, datetime | None], by: User, now: datetime) -> None:
    """First and last time, to the minute."""
    new = [
        Service(name=name, alias=alias, sender=by, first_seen_at=now, last_seen_at=now)
        for name, alias in _few([name for name in names if name not in seen])
    ]
    if new:
        Service.objects.bulk_create(new, ignore_conflicts=True)
    if first := [name for name in names if name in seen and seen[name] is None]:
        rows = Service.objects.filter(name__in=first, last_seen_at=None)
        rows.update(sender=by, first_seen_at=now, last_seen_at=now)
    due = now - SEEN_EVERY
    if old := [name for name in names if (at := seen.get(name)) and at <= due]:
        Service.objects.filter(name__in=old).update(last_seen_at=now)


def _few(names: Collection[str]) -> Iterator[tuple[str, str]]:
    """New names with their aliases; of one component no more than are kept of it.

    Telemetry under any further name is taken all the same: nobody is told of the name.
    """
    wanted = aliases.called(names)
    kept: Counter[str] = Counter()
    if wanted:
        rows = Service.objects.filter(alias__in=set(wanted.values())).values_list("alias")
        kept.update(dict(rows.annotate(Count("pk"))))
    for name in names:
        alias = wanted.get(name, "")
        if alias:
            kept[alias] += 1
        if kept[alias] <= aliases.MOST:
            yield name, alias
