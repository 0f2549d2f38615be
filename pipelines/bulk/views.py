"""Pages of bulk actions: choose, look at the list, do it, and watch."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from pipelines.bulk import operations, queries, selecting
from pipelines.bulk.forms import DoForm, SelectForm, StopForm
from pipelines.bulk.models import BulkAction, BulkItem
from portal import htmx, pages
from portal.accounts import access
from portal.accounts.middleware import SignedInRequest
from portal.errors import Refused

asks = require_http_methods(["GET", "POST"])
SHOWN = 50  # of the list, on the page of the preview


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """What was done in bulk, the newest first."""
    given = {name: request.GET.get(name, "").strip() for name in ("state", "by")}
    shown = {
        "page": pages.newest(queries.actions(**given), before=request.GET.get("before", "")),
        "given": given,
        "is_filtered": any(given.values()),
        "states": BulkAction.State.choices,
        "can_start": access.may(request.user, "bulk.start"),
    }
    return render(request, "pipelines/bulk/list.html", shown)


@asks
def new(request: SignedInRequest) -> HttpResponse:
    """Choose, look at exactly what it would touch, and do it."""
    if request.method != "POST":  # the operation asks too, and keeps what it refuses
        access.require(request.user, "bulk.plan")
    given = request.POST or request.GET
    select = SelectForm(given if given.get("verb") else None)
    form = DoForm(request.POST or None)
    if request.method == "POST" and select.is_valid() and form.is_valid():
        done = htmx.attempt(
            form,
            lambda: operations.start(
                verb=select.cleaned_data["verb"],
                selection=select.selection,
                by=request.user,
                now=timezone.now(),
                **form.cleaned_data,
            ),
        )
        if done:
            return htmx.go(request, reverse("pipelines:bulk-action-detail", args=[done.pk]))
    chosen = SelectForm(given, auto_id=False)  # the same once more, in the form that does it
    shown = {"select": select, "chosen": chosen, "form": form, **_planned(select)}
    return render(request, "pipelines/bulk/new.html", shown, status=htmx.status_of(form))


def _planned(select: SelectForm) -> dict[str, Any]:
    """The list as it is now, or why there is none."""
    if not select.is_bound or not select.is_valid():
        return {}
    try:
        plan = selecting.plan(verb=select.cleaned_data["verb"], selection=select.selection)
    except Refused as refused:
        return {"refused": refused}
    label = BulkAction.Verb(plan.verb).label
    return {"plan": plan, "items": plan.items[:SHOWN], "label": label}


@require_safe
def detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """How far it is, and what became of each; asked for again until it is over."""
    action = queries.action(pk)
    state = request.GET.get("state", "")
    shown = {
        "action": action,
        "page": pages.newest(queries.items(action, state), before=request.GET.get("before", "")),
        "state": state,
        "states": BulkItem.State.choices,
        "can_stop": not action.is_finished and access.may(request.user, "bulk.stop"),
    }
    if htmx.is_fragment(request):
        part = "pipelines/bulk/_action.html"
        return htmx.live(request, part, shown, is_over=action.is_finished)
    return render(request, "pipelines/bulk/detail.html", shown)


@asks
def stop(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Leave the rest as it is."""
    action = queries.action(pk)
    form = StopForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "pipelines/bulk/_stop.html",
        {"action": action},
        act=lambda: operations.stop(action=action, by=request.user, now=timezone.now()),
        to=reverse("pipelines:bulk-action-detail", args=[pk]),
    )
