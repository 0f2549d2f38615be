"""The page of all places: each name by environment, and trying one."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from pipelines.connections import bound, operations, queries
from pipelines.connections.models import Binding
from portal import htmx
from portal.accounts.middleware import SignedInRequest
from portal.accounts.models import Team
from portal.rows import found

KINDS = (("connection", "Connections"), ("destination", "Destinations"))


@require_safe
def bindings(request: SignedInRequest) -> HttpResponse:
    """What is bound where; asked for again while a place is tried."""
    kind = "destination" if request.GET.get("kind") == "destination" else "connection"
    given = {name: request.GET.get(name, "").strip() for name in ("team", "problem")}
    matrix = bound.matrix(kind=kind, before=request.GET.get("before", ""), **given)
    shown = {
        "matrix": matrix,
        "kind": kind,
        "kinds": KINDS,
        "given": given,
        "is_filtered": any(given.values()),
        "problems": bound.PROBLEMS,
    }
    if htmx.is_fragment(request):
        part = "pipelines/connections/_matrix.html"
        return htmx.live(request, part, shown, is_over=not matrix.is_trying)
    shown["teams"] = Team.objects.order_by("name").values_list("name", flat=True)
    return render(request, "pipelines/connections/bindings.html", shown)


@require_POST
def test(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Let a worker try the place, and look on from the page of all of them."""
    binding: Binding = found(queries.bindings(), "binding", pk=pk)
    thing = binding.connection or binding.destination
    assert thing is not None, "the table's constraint"
    operations.test(
        thing=thing, environment=binding.environment, by=request.user, now=timezone.now()
    )
    kind = queries.kind_of(thing)
    return htmx.go(request, f"{reverse('pipelines:binding-list')}?kind={kind}")
