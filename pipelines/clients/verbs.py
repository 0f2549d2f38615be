"""What a person may do to a client from its page, as rows of the palette."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from pipelines.connections.models import Client
from pipelines.deliveries.models import Delivery
from portal.accounts import access
from portal.accounts.models import User
from portal.palette.verbs import Verb


def of_client(user: User, given: Mapping[str, Any]) -> list[Verb]:
    """Deliver again, where something was sent; and to those who may: edit or remove it.

    Two queries.
    """
    client = Client.objects.filter(name=given.get("name", "")).select_related("team").first()
    if client is None:
        return []
    found = []

    def verb(label: str, name: str, icon: str, also: str = "", *, is_quick: bool = True) -> Verb:
        url = reverse(f"pipelines:client-{name}", args=[client.name])
        return Verb(label, url, icon, client.title, "", also, is_quick, is_dialog=True)

    if Delivery.objects.filter(client=client).exists():
        again, also = _again(user, client), "redeliver resend send"
        found.append(Verb("Deliver again…", again, "redo", client.title, also=also))
    if access.may(user, "client.change", client):
        found.append(verb("Edit…", "edit", "draft", "change"))
        found.append(verb("Remove…", "remove", "x", is_quick=False))
    return found


def _again(user: User, client: Client) -> str:
    """The page on which they are chosen: many at once, or from what it was sent."""
    if access.may(user, "bulk.plan"):
        chosen = urlencode({"verb": "delivery.again", "client": client.name})
        return f"{reverse('pipelines:bulk-action-new')}?{chosen}"
    return reverse("pipelines:client-deliveries", args=[client.name])
