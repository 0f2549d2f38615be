"""What was started: the list, one use with its steps, and what people say to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from portal import htmx, pages
from portal.accounts.middleware import SignedInRequest
from portal.forms import Form
from portal.golden_paths import forms, operations, queries
from portal.golden_paths.models import PathRun, PathStep

asks = require_http_methods(["GET", "POST"])
FILTERS = ("whose", "path", "state")


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """What was started, newest first: mine, or everyone's."""
    given = {name: request.GET.get(name, "").strip() for name in FILTERS}
    rows = queries.runs(by=request.user, **given)
    shown = {
        "page": pages.newest(rows, before=request.GET.get("before", "")),
        "given": given,
        "paths": queries.visible(request.user, all_of_them=True),
        "states": PathRun.State.choices,
    }
    return render(request, "portal/golden_paths/runs.html", shown)


@require_safe
def detail(request: SignedInRequest, number: int) -> HttpResponse:
    """The page; while it goes on, its middle is asked for again every two seconds."""
    run = queries.run(number, request.user)
    if run.state == PathRun.State.DRAFT:
        return redirect("portal:golden-path-fill", run.number, 1)
    shown = _shown(request, run)
    if htmx.is_fragment(request):
        part = "portal/golden_paths/_progress.html"
        return htmx.live(request, part, shown, is_over=not run.is_moving)
    return render(request, "portal/golden_paths/run.html", shown)


@require_safe
def changes(request: SignedInRequest, number: int) -> HttpResponse:
    """What the newest version of the path does otherwise than the one that this was made with."""
    run = queries.run(number, request.user)
    shown = {"run": run, "change": queries.change_since(run)}
    return render(request, "portal/golden_paths/changes.html", shown)


@asks
def retry(request: SignedInRequest, number: int, step: str) -> HttpResponse:
    run = queries.run(number, request.user)
    found = queries.step(run, step)
    return _say(
        request, run, "retry", forms.RetryForm, lambda **_: _retried(request, found), step=found
    )


@asks
def cancel(request: SignedInRequest, number: int) -> HttpResponse:
    run = queries.run(number, request.user)
    return _say(request, run, "cancel", forms.CancelForm, _verb(request, run, operations.cancel))


@asks
def undo(request: SignedInRequest, number: int) -> HttpResponse:
    run = queries.run(number, request.user)
    call = _verb(request, run, operations.undo)
    return _say(request, run, "undo", forms.UndoForm, call, undoing=queries.undoing(run))


def _verb(
    request: SignedInRequest, run: PathRun, operation: Callable[..., PathRun]
) -> Callable[..., Any]:
    return lambda **given: operation(run=run, by=request.user, now=timezone.now(), **given)


def _retried(request: SignedInRequest, step: PathStep) -> PathStep:
    return operations.retry(step=step, by=request.user, now=timezone.now())


def _say(
    request: SignedInRequest,
    run: PathRun,
    verb: str,
    kind: type[Form],
    call: Callable[..., Any],
    **more: Any,
) -> HttpResponse:
    """A dialog that names what will happen; its yes is one call."""
    form = kind(request.POST or None)
    return htmx.asked(
        request,
        form,
        f"portal/golden_paths/_{verb}.html",
        {"run": run, **more},
        act=lambda: call(**form.cleaned_data),
        to=run.url,
    )


def _shown(request: SignedInRequest, run: PathRun) -> dict[str, Any]:
    steps = list(run.steps.all())
    step = _chosen(steps, request.GET.get("step", ""))
    return {
        "run": run,
        "steps": steps,
        "step": step,
        "failed": next((one for one in steps if one.state == PathStep.State.FAILED), None),
        "answers": queries.answered(queries.definition_of(run), run.answers),
        "may_change": queries.may_change(run, request.user),
        "can_undo": any(each.can_undo for each in queries.undoing(run)),
        "is_newer": run.version_id != run.path.current_id,
    }


def _chosen(steps: list[PathStep], name: str) -> PathStep | None:
    """The step asked for; else the one that failed, runs or waits; else the last that began."""
    for step in steps:
        if step.name == name:
            return step
    telling = (PathStep.State.FAILED, PathStep.State.RUNNING, PathStep.State.WAITING)
    for step in steps:
        if step.state in telling:
            return step
    begun = [step for step in steps if step.attempt]
    return next(reversed(begun or steps), None)
