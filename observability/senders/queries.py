"""Questions about who sends telemetry."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Window
from django.db.models.functions import Lower, RowNumber

from observability.senders import aliases
from observability.senders.models import Service
from portal.accounts.models import User
from portal.catalog.models import Component


@dataclass(frozen=True, slots=True)
class Known:
    """A service with its component, None where there is none (yet).

    `others`: what else is called so that it is the same component.
    """

    service: Service
    component: Component | None
    others: tuple[str, ...] = ()

    @property
    def is_nameless(self) -> bool:
        """Whether nobody said what it is called."""
        return aliases.is_nameless(self.service.name)


def sender_of(name: str) -> User | None:
    """Who brought this component in; None where nobody did: none of it was taken."""
    rows = Service.objects.select_related("sender").filter(Q(name=name) | Q(alias=name))
    found = rows.exclude(sender=None).order_by("pk").first()
    return found.sender if found else None


def seen_as(name: str) -> list[str]:
    """Names of services, other than its own, that are this component."""
    return sorted(called([name]).get(name, ()))


def called(components: Collection[str]) -> dict[str, list[str]]:
    """By component: other names under which it was taken, the first few; one query."""
    number = Window(RowNumber(), partition_by="alias", order_by="name")
    # Most have no alias: those are never asked for
    taken = Service.objects.filter(alias__in=set(components) - {""} or ["-"]).exclude(sender=None)
    rows = taken.annotate(number=number).filter(number__lte=aliases.MOST).order_by("name")
    found: dict[str, list[str]] = {}
    for alias, name in rows.values_list("alias", "name"):
        found.setdefault(alias, []).append(name)
    return found


def in_small_letters(names: Collection[str]) -> dict[str, str]:
    """Components of services that are called so but for capitals; one query."""
    rows = Service.objects.exclude(alias="").exclude(sender=None).annotate(small=Lower("name"))
    found = rows.filter(small__in=set(names) or {""}).order_by("-pk")
    return dict(found.values_list("small", "alias"))


def services() -> QuerySet[Service]:
    """All that was seen, with who sends it."""
    return Service.objects.select_related("sender", "refused_sender")


def known(services: Iterable[Service]) -> list[Known]:
    """Each with its component, and with what else is the same one; three queries."""
    rows = list(services)
    names = {row.component_name for row in rows}
    found = Component.objects.select_related("team").filter(name__in=names)
    components = {component.name: component for component in found}
    same = called(names)
    itself = Service.objects.filter(name__in=names, alias="").exclude(sender=None)
    for name in itself.values_list("name", flat=True):
        same.setdefault(name, []).append(name)
    return [
        Known(
            row,
            components.get(row.component_name),
            tuple(one for one in sorted(same.get(row.component_name, ())) if one != row.name),
        )
        for row in rows
    ]
