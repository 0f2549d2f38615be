"""The pages of backfills: ask for one with its plan beside the form, watch one, steer one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import yaml
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from deployments.environments import queries as environments
from deployments.environments.models import Environment
from pipelines.backfills import forms, operations, queries
from pipelines.backfills.models import Backfill
from pipelines.backfills.plan import Plan
from pipelines.grid import queries as grid
from pipelines.schedules import due, words
from pipelines.transformations.models import Transformation
from portal import htmx, pages
from portal.accounts import access
from portal.accounts.middleware import SignedInRequest
from portal.errors import Refused

asks = require_http_methods(["GET", "POST"])
WEEK, LONG = timedelta(days=7), timedelta(days=400)
EVERY_DAY = "0 6 * * *"


@asks
def start(request: SignedInRequest, name: str) -> HttpResponse:
    """The form and, beside it, what it would do; sent, it does exactly that."""
    transformation = get_object_or_404(
        Transformation.objects.select_related("component__team"), component__name=name
    )
    given = request.POST if request.method == "POST" else request.GET
    place = _place(transformation, given.get("environment", ""))
    form = forms.BackfillForm({**_defaults(transformation, place), **given.dict()})
    # Before it is tried: what is refused for another reason still has its plan and its button.
    plan = _plan(form, transformation, place) if form.is_valid() else None
    if request.method == "POST" and form.is_valid():
        done = htmx.attempt(form, lambda: _start(request, form, transformation, place))
        if done:
            return htmx.go(request, done.path)
    shown = {
        "form": form,
        "component": transformation.component,
        "places": grid.places(transformation),
        "environment": place,
        "plan": plan,
        "slots": forms.most_beside(),
        "can_start": access.may(request.user, "backfill.start", transformation.component),
    }
    status = htmx.status_of(form) if request.method == "POST" else 200
    if request.method == "GET" and htmx.is_fragment(request):
        return render(request, "pipelines/backfills/_plan.html", shown)
    return render(request, "pipelines/backfills/start.html", shown, status=status)


def _place(transformation: Transformation, wanted: str) -> Environment:
    """The one that is asked for, else where it runs by itself or is live last."""
    if wanted:
        return environments.environment(wanted)
    places = grid.places(transformation)
    if not places:
        raise Refused(
            f"{transformation.component.name} is live nowhere. Deploy a version first; then it can "
            "run over a range of due times."
        )
    return places[-1]


def _defaults(transformation: Transformation, place: Environment) -> dict[str, Any]:
    """The last ten due times of the schedule that holds there."""
    schedule = queries.rhythm_of(transformation, place)
    zone = schedule.timezone if schedule else "UTC"
    parameters = schedule.parameters if schedule else {}
    now = timezone.now()
    times = due.newest(
        schedule.cron if schedule else EVERY_DAY, zone, after=now - LONG, until=now, most=10
    )
    start, end = (times[0], times[-1]) if times else (now - WEEK, now)
    return {
        "environment": place.name,
        "start": start.astimezone(ZoneInfo(zone)).strftime(forms.AT),
        "end": end.astimezone(ZoneInfo(zone)).strftime(forms.AT),
        "which": Backfill.Which.FAILED.value,
        "delivering": "yes",
        "concurrency": "1",
        "order": "oldest",
        "cron": schedule.cron if schedule else EVERY_DAY,
        "timezone": zone,
        "parameters": yaml.safe_dump(parameters, sort_keys=False) if parameters else "",
    }


def _plan(
    form: forms.BackfillForm, transformation: Transformation, place: Environment
) -> Plan | None:
    return htmx.attempt(
        form,
        lambda: queries.plan(transformation=transformation, environment=place, **form.wanted()),
    )


def _start(
    request: SignedInRequest,
    form: forms.BackfillForm,
    transformation: Transformation,
    place: Environment,
) -> Backfill:
    return operations.start(
        transformation=transformation,
        environment=place,
        by=request.user,
        now=timezone.now(),
        reason=form.cleaned_data["reason"],
        plan_digest=form.cleaned_data["plan_digest"] or None,
        **form.wanted(),
    )


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """A line for each backfill, newest first."""
    name = request.GET.get("component", "").strip()
    page = pages.newest(queries.backfills(component=name), before=request.GET.get("before", ""))
    shown = {"page": page, "component": name}
    return render(request, "pipelines/backfills/list.html", shown)


@require_safe
def detail(request: SignedInRequest, number: int) -> HttpResponse:
    """How far it is; until it has ended, its middle is asked for every two seconds."""
    backfill = queries.backfill(number)
    shown = {
        "backfill": backfill,
        "component": backfill.transformation.component,
        "words": words.words(backfill.cron),
        "once_more": _once_more(backfill),
        "progress": queries.progress(backfill),
        "can_steer": access.may(request.user, "backfill.pause", backfill.transformation.component),
    }
    if htmx.is_fragment(request):
        part = "pipelines/backfills/_backfill.html"
        return htmx.live(request, part, shown, is_over=backfill.is_finished)
    return render(request, "pipelines/backfills/detail.html", shown)


def _once_more(backfill: Backfill) -> str:
    """The form for what did not end well, filled in."""
    zone = ZoneInfo(backfill.timezone)
    asked = {
        "environment": backfill.environment.name,
        "start": backfill.start_at.astimezone(zone).strftime(forms.AT),
        "end": backfill.end_at.astimezone(zone).strftime(forms.AT),
        "cron": backfill.cron,
        "timezone": backfill.timezone,
        "which": Backfill.Which.FAILED.value,
    }
    return urlencode(asked)


@asks
def pause(request: SignedInRequest, number: int) -> HttpResponse:
    """Start nothing more for now."""
    return _steer(request, number, forms.PauseForm, operations.pause, "_pause.html")


@asks
def resume(request: SignedInRequest, number: int) -> HttpResponse:
    """Go on where it stood."""
    return _steer(request, number, forms.ResumeForm, operations.resume, "_resume.html")


@asks
def cancel(request: SignedInRequest, number: int) -> HttpResponse:
    """Start nothing more, for good."""
    return _steer(request, number, forms.CancelForm, operations.cancel, "_cancel.html")


def _steer(
    request: SignedInRequest,
    number: int,
    form_class: type[Form],
    verb: Callable[..., Backfill],
    part: str,
) -> HttpResponse:
    backfill = queries.backfill(number)
    form = form_class(request.POST or None)
    return htmx.asked(
        request,
        form,
        f"pipelines/backfills/{part}",
        {"backfill": backfill},
        act=lambda: verb(
            backfill=backfill, by=request.user, now=timezone.now(), **form.cleaned_data
        ),
        to=lambda done: done.path,
    )
