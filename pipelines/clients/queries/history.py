"""What a client was sent, newest first, a page at a time, narrowed down without reading it all."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from pipelines.clients.queries.products import sent
from pipelines.connections.models import Client
from pipelines.deliveries import products as index
from pipelines.deliveries.models import Delivery
from pipelines.deliveries.products import Key
from portal import pages
from portal.arrays import UUIDS, InArray
from portal.pages import Page

TROUBLE = (Delivery.State.FAILED, Delivery.State.HELD)
SIZE = 50


def history(
    client: Client,
    *,
    component: str = "",
    environment: str = "",
    is_trouble: bool = False,
    before: str = "",
    size: int = SIZE,
) -> Page[Delivery]:
    """A page of deliveries; as many queries, whatever is asked for and however long it is."""
    rows = sent(Delivery.objects.filter(client=client))
    if is_trouble:  # a partial index of its own keeps these few
        named = {
            "transformation__component__name": component,
            "environment__name": environment,
        }
        given = {name: value for name, value in named.items() if value}
        return pages.newest(rows.filter(state__in=TROUBLE, **given), before=before, size=size)
    if component or environment:
        return _of_products(client, component, environment, before, size)
    return pages.newest(rows, before=before, size=size)


def _of_products(
    client: Client, component: str, environment: str, before: str, size: int
) -> Page[Delivery]:
    """The newest of each product that fits, merged: a client's whole history is never walked."""
    found = index.newest(
        _keys(client, component, environment), most=size + 1, before=_identity(before)
    )
    shown = found[:size]
    rows = list(sent(Delivery.objects.filter(pk__in=shown)).order_by("-pk"))
    return Page(rows, str(shown[-1]) if len(found) > size else "")


def _keys(client: Client, component: str, environment: str) -> Sequence[Key]:
    """The products of this client that fit; three queries."""
    newest = index.ends(client.destinations.values_list("pk", flat=True))
    rows = Delivery.objects.filter(InArray("pk", (one.newest for one in newest), UUIDS))
    if component:
        rows = rows.filter(transformation__component__name=component)
    if environment:
        rows = rows.filter(environment__name=environment)
    fits = set(rows.values_list("pk", flat=True))
    return [one.key for one in newest if one.newest in fits]


def _identity(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
