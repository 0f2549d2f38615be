"""What a person may do to a component's own facts, as rows of the palette."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from portal.accounts import access
from portal.accounts.models import User
from portal.catalog.models import Component
from portal.palette.verbs import Verb


def of_component(user: User, component: Component) -> list[Verb]:
    """Who did what to it; and to those who may: edit it, hand it over."""
    name = component.name
    address = reverse("portal:component-audit", args=[name])
    found = [Verb(f"Audit of {name}", address, "audit", name, also="history who", is_quick=False)]
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
