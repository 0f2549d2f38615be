"""Clients: what each gets and how fresh, what it was sent, what it relies on, what is ahead."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from deployments.environments.models import Environment
from deployments.releases import queries as releases
from observability.logs import linking
from pipelines.clients import freshness, lists, queries
from pipelines.clients.queries import Product
from pipelines.connections import queries as connections
from portal import htmx
from portal.accounts import access
from portal.accounts import queries as accounts
from portal.accounts.middleware import SignedInRequest
from portal.accounts.models import Team
from portal.typed import whole


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """All who receive data, with how fresh it is at a glance."""
    given = {name: request.GET.get(name, "").strip() for name in ("q", "team")}
    page = lists.page(given["q"], given["team"], request.GET.get("after", ""))
    shown = {
        "page": page,
        "given": given,
        "is_filtered": any(given.values()),
        "glances": lists.glances(page.rows, timezone.now()),
        "teams": Team.objects.order_by("name").values_list("name", flat=True),
        "may_create": access.teams_where(request.user, "client.create").exists(),
    }
    return render(request, "pipelines/clients/list.html", shown)


@require_safe
def detail(request: SignedInRequest, name: str) -> HttpResponse:
    """What it gets in one environment, a square a day, and what is wrong; asked for again."""
    shown = _frame(request, name)
    client, here = shown["client"], shown["products"]
    shown["days"] = list(zip(here, queries.days(here, timezone.now()), strict=True))
    if htmx.is_fragment(request):
        return htmx.live(request, "pipelines/clients/_gets.html", shown, is_over=False)
    destinations = connections.destinations().filter(client=client).order_by("name")
    grants = accounts.grants(kind="client", name=client.name).order_by("team__name")
    may_give = access.may(request.user, "grant.give", client)
    shown |= {"destinations": destinations, "grants": grants, "may_give": may_give}
    return render(request, "pipelines/clients/detail.html", shown)


@require_safe
def deliveries(request: SignedInRequest, name: str) -> HttpResponse:
    """What it was sent, newest first."""
    shown = _frame(request, name)
    given = {key: request.GET.get(key, "").strip() for key in ("component", "in", "show")}
    page = queries.history(
        shown["client"],
        component=given["component"],
        environment=given["in"],
        is_trouble=given["show"] == "wrong",
        before=request.GET.get("before", ""),
    )
    made_by = [row.release for row in page.rows]
    rejections = releases.rejections(made_by)
    shown |= {
        "page": page,
        "given": given,
        "is_filtered": any(given.values()),
        "rejected": {r.pk for r in made_by if (r.component_id, r.digest) in rejections},
        "components": sorted({one.component.name for one in shown["everything"]}),
    }
    return render(request, "pipelines/clients/deliveries.html", shown)


@require_safe
def contracts(request: SignedInRequest, name: str) -> HttpResponse:
    """What it may rely on, and when that changed."""
    shown = _frame(request, name)
    place = shown["place"]
    shown["agreements"] = queries.agreements(shown["products"], place) if place else []
    return render(request, "pipelines/clients/contracts.html", shown)


@require_safe
def ahead(request: SignedInRequest, name: str) -> HttpResponse:
    """What would reach it if another version of something were deployed here."""
    shown = _frame(request, name)
    number = whole(request.GET.get("release", "").removeprefix("v"))
    chosen = {} if number is None else {request.GET.get("component", ""): number}
    shown["prospects"] = queries.prospects(shown["products"], chosen)
    return render(request, "pipelines/clients/ahead.html", shown)


@require_safe
def logs(request: SignedInRequest, name: str) -> HttpResponse:
    """What was written about deliveries to it."""
    shown = _frame(request, name)
    term = linking.field("client", shown["client"].name)
    shown["logs"] = linking.lately(term, span="7d", now=timezone.now())
    return render(request, "pipelines/clients/logs.html", shown)


def _frame(request: SignedInRequest, name: str) -> dict[str, Any]:
    """What stands above every tab: the client, its places, and how each of them stands."""
    client = connections.client(name)
    places = queries.places([client])
    everything = queries.products([client], timezone.now(), environments=places)
    place = queries.place(places, request.GET.get("environment", ""))
    return {
        "client": client,
        "may_change": access.may(request.user, "client.change", client),
        "places": [(one, _overall(everything, one)) for one in reversed(places)],
        "place": place,
        "everything": everything,
        "products": [one for one in everything if place and one.environment.pk == place.pk],
        "overall": _overall(everything, place) if place else None,
        "tabs": TABS,
        "client_teams": sorted({one.component.team.name for one in everything}),
    }


TABS = (
    ("What it gets", "pipelines:client-detail"),
    ("Deliveries", "pipelines:client-deliveries"),
    ("Contracts", "pipelines:client-contracts"),
    ("Ahead", "pipelines:client-ahead"),
    ("Logs", "pipelines:client-logs"),
)


def _overall(everything: list[Product], place: Environment) -> freshness.Standing:
    return freshness.overall(
        one.standing for one in everything if one.environment.pk == place.pk and one.entry
    )
