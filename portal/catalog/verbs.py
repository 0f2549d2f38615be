"""What a person may do to a component's own facts, as rows of the palette."""

from __future__ import annotations

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
    if not access.may(user, "component.change", component):
        return found
    return found
