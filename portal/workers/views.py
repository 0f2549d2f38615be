"""What runs, what waits, what is stuck and why; and keeping it from being worked on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from portal import htmx
from portal.accounts import access
from portal.accounts.middleware import SignedInRequest
from portal.accounts.models import Team, User
from portal.workers import operations, queries
from portal.workers.base import Stuck
from portal.workers.forms import GoOnForm, StopForm

asks = require_http_methods(["GET", "POST"])


@require_safe
def workers(request: SignedInRequest) -> HttpResponse:
    """The page; all of it is asked for again every five seconds."""
    team = request.GET.get("team", "").strip()
    house = queries.house(timezone.now(), team=team)
    shown: dict[str, Any] = {
        "house": house,
        "summary": house.summary,
        "stuck": [(one, _verbs(request.user, one)) for one in house.stuck],
        "team": team,
        "can_pause": access.may(request.user, "queue.pause"),
    }
    if htmx.is_fragment(request):
        return htmx.live(request, "portal/workers/_house.html", shown, is_over=False)
    shown["teams"] = Team.objects.order_by("name").values_list("name", flat=True)
    return render(request, "portal/workers/workers.html", shown)


def _verbs(user: User, one: Stuck) -> list[Any]:
    """What this person may do about it."""
    return [verb for verb in one.verbs if access.may(user, verb.permission, one.thing)]


@asks
def pause(request: SignedInRequest, queue: str) -> HttpResponse:
    """Keep a queue from being worked on: what waits in it now, and why."""
    form = StopForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "portal/workers/_pause.html",
        {"line": queries.queue(queue, timezone.now())},
        act=lambda: operations.pause(
            queue=queue, **form.cleaned_data, by=request.user, now=timezone.now()
        ),
        to=reverse("portal:worker-list"),
    )


@asks
def resume(request: SignedInRequest, queue: str) -> HttpResponse:
    """Let a queue go on."""
    form = GoOnForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "portal/workers/_resume.html",
        {"line": queries.queue(queue, timezone.now())},
        act=lambda: operations.resume(queue=queue, by=request.user, now=timezone.now()),
        to=reverse("portal:worker-list"),
    )


@asks
def drain(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Let a process end what it has and take nothing new."""
    worker = queries.worker(pk)
    form = StopForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "portal/workers/_drain.html",
        {"worker": worker},
        act=lambda: operations.drain(
            worker=worker, **form.cleaned_data, by=request.user, now=timezone.now()
        ),
        to=reverse("portal:worker-list"),
    )


@asks
def take_again(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Let a process that was drained take work again."""
    worker = queries.worker(pk)
    form = GoOnForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "portal/workers/_take_again.html",
        {"worker": worker},
        act=lambda: operations.take_again(worker=worker, by=request.user, now=timezone.now()),
        to=reverse("portal:worker-list"),
    )
