"""The end of a draft: reviewed and registered, or put away."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from deployments.environments import queries as environments
from pipelines.drafts import forms, operations, queries
from pipelines.drafts.queries import Page
from pipelines.drafts.queries.reviews import Review
from pipelines.drafts.views import answers
from portal import htmx
from portal.accounts.middleware import SignedInRequest

asks = require_http_methods(["GET", "POST"])


@asks
def review(request: SignedInRequest, number: int) -> HttpResponse:
    """The file that this makes and what it touches; then the yes to exactly that."""
    draft = queries.draft(number)
    page = Page(draft, request.user, timezone.now())
    found = Review(page)
    form = forms.ReviewForm(
        request.POST or None,
        initial={"seen": draft.revision, "is_run": True},
        places=found.places,
    )
    if request.method == "POST" and form.is_valid():
        done = htmx.attempt(form, lambda: _register(request, page, form))
        if done:
            return htmx.go(request, done)
    shown = answers.context(page, form=form, review=found)
    return render(request, "pipelines/drafts/review.html", shown, status=htmx.status_of(form))


def _register(request: SignedInRequest, page: Page, form: forms.ReviewForm) -> str:
    """Register it, alone or with its first deployment; answers where to look on."""
    given = form.cleaned_data
    draft, now = page.draft, timezone.now()
    if "only" in request.POST:
        version, _ = operations.register(
            draft=draft,
            seen=given["seen"],
            message=given["message"],
            by=request.user,
            now=now,
        )
        name = version.transformation.component.name
        return f"/components/{name}/versions/{version.number}/"
    chosen = given["environment"] or page.environments[0].name
    return operations.ship(
        draft=draft,
        environment=environments.environment(chosen),
        is_run=given["is_run"],
        is_scheduled=given["is_scheduled"],
        seen=given["seen"],
        message=given["message"],
        by=request.user,
        now=now,
    )


@asks
def discard(request: SignedInRequest, number: int) -> HttpResponse:
    """Put it away; it can be brought back."""
    draft = queries.draft(number)
    form = forms.YesForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "pipelines/drafts/_discard.html",
        {"draft": draft},
        act=lambda: operations.discard(draft=draft, by=request.user, now=timezone.now()),
        to="/drafts/",
    )


@require_http_methods(["POST"])
def bring_back(request: SignedInRequest, number: int) -> HttpResponse:
    """Undo a discard."""
    draft = queries.draft(number)
    operations.bring_back(draft=draft, by=request.user, now=timezone.now())
    return htmx.go(request, draft.url)
