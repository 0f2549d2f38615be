"""Where data come from, who receives them, and what they were sent."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from deployments.releases import queries as releases
from pipelines.connections import queries
from pipelines.deliveries import queries as deliveries
from portal import pages
from portal.accounts import queries as accounts
from portal.accounts.middleware import SignedInRequest


def connections(request: SignedInRequest) -> HttpResponse:
    """All sources, with where they are in each environment."""
    rows = queries.connections().order_by("name")
    return render(request, "pipelines/connections/connections.html", {"connections": rows})


def clients(request: SignedInRequest) -> HttpResponse:
    """All who receive data."""
    rows = queries.clients().order_by("name")
    return render(request, "pipelines/connections/clients.html", {"clients": rows})


def client(request: SignedInRequest, name: str) -> HttpResponse:
    """A client: where it takes data, and what it was sent."""
    found = queries.client(name)
    page = pages.newest(deliveries.to_client(found), before=request.GET.get("before", ""))
    made_by = [delivery.release for delivery in page.rows]
    rejections = releases.rejections(made_by)
    shown = {
        "client": found,
        "destinations": queries.destinations().filter(client=found).order_by("name"),
        "page": page,
        "rejected": {r.pk for r in made_by if (r.component_id, r.digest) in rejections},
        "grants": accounts.grants(kind="client", name=found.name).order_by("team__name"),
    }
    return render(request, "pipelines/connections/client.html", shown)
