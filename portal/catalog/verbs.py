"""What a person may do to a component's own facts, as rows of the palette."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse

from portal import navigation
from portal.accounts import access
from portal.accounts.models import User
from portal.catalog.models import Component
from portal.palette.verbs import Verb

# Icons of its pages, and other words that people say for them
PAGES = {
    "Runs": ("run", ""),
    "Deployments": ("deploy", ""),
    "Health": ("health", ""),
    "Logs": ("log", ""),
    "Calls": ("map", ""),
    "Versions": ("release", ""),
    "Dependencies": ("link", ""),
    "Audit": ("audit", "history who"),
}


def of_component(user: User, component: Component) -> list[Verb]:
    """Its pages; and to those who may: edit it, hand it over."""
    name = component.name
    found = list(_pages(name))
    if access.may(user, "component.change", component):
        edit = reverse("portal:component-edit", args=[name])
        also = "change describe runbook tier title"
        found.append(Verb("Edit what it is", edit, "configuration", name, also=also, key="e"))
        if component.lifecycle == Component.Lifecycle.DEPRECATED:
            also = "restore undeprecate lifecycle deprecate"
            back = f"{edit}#id_lifecycle"
            words = "Take its deprecation back"
            found.append(Verb(words, back, "undo", name, also=also, is_quick=False))
        else:
            path = reverse("portal:golden-path-start", args=["deprecate-component"])
            end, also = f"{path}?{urlencode({'component': name})}", "sunset retire remove end"
            found.append(Verb("Deprecate it", end, "clock", name, also=also, is_quick=False))
    if component.is_unowned and access.teams_where(user, "component.claim").exists():
        claim = reverse("portal:component-claim", args=[name])
        found.append(Verb("Claim it…", claim, "team", name, also="own adopt", is_dialog=True))
    if access.may(user, "component.hand_over", component):
        over = reverse("portal:component-hand-over", args=[name])
        found.append(
            Verb(
                "Hand it over…",
                over,
                "team",
                name,
                also="owner team give",
                is_quick=False,
                is_dialog=True,
            )
        )
    return found


def _pages(name: str) -> Iterator[Verb]:
    for label, url in navigation.COMPONENT_TABS:
        if label in PAGES:
            icon, also = PAGES[label]
            yield _page(name, label, reverse(url, args=[name]), icon, also)
    changes = f"{reverse('observability:change-list')}?{urlencode({'component': name})}"
    yield _page(name, "Changes", changes, "change", "events")


def _page(name: str, label: str, address: str, icon: str, also: str) -> Verb:
    return Verb(f"{label} of {name}", address, icon, name, also=also, is_quick=False)
