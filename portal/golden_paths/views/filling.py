"""Filling a path in: page by page, kept as one goes, looked at before it is started."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from portal import htmx
from portal.accounts.middleware import SignedInRequest
from portal.golden_paths import answers as fitting
from portal.golden_paths import operations, planning, queries
from portal.golden_paths.definition import Definition
from portal.golden_paths.forms import PageForm, StartForm
from portal.golden_paths.models import GoldenPath, PathRun
from portal.typed import whole

asks = require_http_methods(["GET", "POST"])


@dataclass(frozen=True, slots=True)
class Filling:
    """A page of a path in somebody's hands; without a draft nothing was kept yet."""

    path: GoldenPath
    definition: Definition
    number: int
    answers: dict[str, Any]
    draft: PathRun | None

    @property
    def is_last(self) -> bool:
        return self.number == len(self.definition.spec.pages)


@asks
def start(request: SignedInRequest, name: str) -> HttpResponse:
    """The first page, with answers out of the address or of an earlier use (`?from=12`)."""
    path = queries.path(name, request.user)
    definition = queries.definition(path)
    if definition.spec.editor:
        query = request.GET.urlencode()
        return redirect(f"{reverse(definition.spec.editor)}{f'?{query}' if query else ''}")
    if request.method == "GET" and not queries.may_start(path, request.user):
        return redirect(path.url)  # which says who may
    draft = _draft(request.POST.get("draft", ""), request)
    answers = draft.answers if draft else queries.prefilled(definition, request.GET, request.user)
    return _page(request, Filling(path, definition, 1, answers, draft))


@asks
def fill(request: SignedInRequest, number: int, page: int) -> HttpResponse:
    """One page of a draft."""
    draft = queries.draft(number, request.user)
    definition = queries.definition(draft.path)
    if not 1 <= page <= len(definition.spec.pages):
        return redirect("portal:golden-path-review", number)
    return _page(request, Filling(draft.path, definition, page, draft.answers, draft))


@require_POST
def check(request: SignedInRequest, name: str, page: int) -> HttpResponse:
    """What was just answered: kept, and said whether it fits; with what would be made now."""
    path = queries.path(name, request.user)
    definition = queries.definition(path)
    draft = _draft(request.POST.get("draft", ""), request)
    filling = Filling(path, definition, page, draft.answers if draft else {}, draft)
    form = _form(request, filling, request.POST)
    form.is_valid()
    kept = _keep(request, filling, form, seen=request.POST.get("seen", ""))
    name = request.headers.get("HX-Trigger-Name", "")
    shown = _shown(request, filling, form, kept.answers) | {
        "draft": kept,
        "said": form.said(name) if name in form.fields else None,
        "dependent": _form(request, replace(filling, answers=kept.answers), None).dependent(name),
    }
    response = render(request, "portal/golden_paths/_checked.html", shown)
    if draft is None:
        response.headers["HX-Replace-Url"] = reverse(
            "portal:golden-path-fill", args=[kept.number, page]
        )
    return response


@asks
def review(request: SignedInRequest, number: int) -> HttpResponse:
    """All that would happen, and the yes to it."""
    draft = queries.draft(number, request.user)
    form = StartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        run = htmx.attempt(form, lambda: _start(request, draft))
        if run:
            return htmx.go(request, run.url)
        draft = queries.draft(number, request.user)
    definition = queries.definition(draft.path)
    problems = queries.problems(definition, draft.answers, by=request.user)
    shown = {
        "draft": draft,
        "path": draft.path,
        "definition": definition,
        "plan": _plan(request, definition, draft.answers),
        "problems": problems,
        "answers": queries.answered(definition, draft.answers),
        "form": form,
    }
    status = htmx.status_of(form)
    return render(request, "portal/golden_paths/review.html", shown, status=status)


@require_POST
def discard(request: SignedInRequest, number: int) -> HttpResponse:
    """Throw a draft away."""
    draft = queries.draft(number, request.user)
    operations.discard(draft=draft, by=request.user, now=timezone.now())
    return htmx.go(request, reverse("portal:golden-path-list"))


def _page(request: SignedInRequest, filling: Filling) -> HttpResponse:
    if request.method != "POST":
        form = _form(request, filling, None)
        shown = _shown(request, filling, form, filling.answers)
        return render(request, "portal/golden_paths/fill.html", shown)
    form = _form(request, filling, request.POST)
    is_right = form.is_valid()
    kept = _keep(request, filling, form)
    wanted = request.POST.get("go", "next")
    if wanted == "back":
        return redirect("portal:golden-path-fill", kept.number, max(1, filling.number - 1))
    if is_right and filling.is_last:
        return redirect("portal:golden-path-review", kept.number)
    if is_right:
        return redirect("portal:golden-path-fill", kept.number, filling.number + 1)
    shown = _shown(request, filling, form, kept.answers) | {"draft": kept}
    return render(request, "portal/golden_paths/fill.html", shown, status=422)


def _shown(
    request: SignedInRequest, filling: Filling, form: PageForm, answers: dict[str, Any]
) -> dict[str, Any]:
    return {
        "path": filling.path,
        "definition": filling.definition,
        "page": form.page,
        "number": filling.number,
        "is_last": filling.is_last,
        "draft": filling.draft,
        "form": form,
        "plan": _plan(request, filling.definition, answers),
    }


def _plan(
    request: SignedInRequest, definition: Definition, answers: dict[str, Any]
) -> planning.PathPlan:
    return planning.plan(definition, answers, by=request.user, now=timezone.now())


def _form(request: SignedInRequest, filling: Filling, data: QueryDict | None) -> PageForm:
    return PageForm(
        filling.definition,
        filling.number,
        by=request.user,
        answers=filling.answers,
        check=reverse("portal:golden-path-check", args=[filling.path.name, filling.number]),
        data=data,
    )


def _keep(request: SignedInRequest, filling: Filling, form: PageForm, *, seen: str = "") -> PathRun:
    """The answers of this page beside those of the others."""
    here = form.page.fields.properties
    others = {name: value for name, value in filling.answers.items() if name not in here}
    return operations.keep(
        path=filling.path.name,
        answers=fitting.only_asked(filling.definition, {**others, **form.answers}),
        by=request.user,
        now=timezone.now(),
        draft=filling.draft,
        asked=here,
        seen=seen,
    )


def _start(request: SignedInRequest, draft: PathRun) -> PathRun:
    return operations.start(
        path=draft.path.name,
        answers=draft.answers,
        by=request.user,
        now=timezone.now(),
        is_dry_run=False,
        draft=draft,
    )


def _draft(text: str, request: SignedInRequest) -> PathRun | None:
    number = whole(text)
    return None if number is None else queries.draft(number, request.user)
