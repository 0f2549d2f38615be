"""One draft: the form, the file, what it was before, what it would make."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from pipelines.drafts import operations, queries
from pipelines.drafts.models import Draft
from pipelines.drafts.queries import Page
from pipelines.drafts.views import answers
from portal import diff as diffs
from portal import htmx
from portal.accounts.middleware import SignedInRequest
from portal.typed import whole

posts = require_http_methods(["POST"])


@require_safe
def detail(request: SignedInRequest, number: int) -> HttpResponse:
    """The form; a file that can't be read as one is shown as a file."""
    page = _page(request, number)
    if not page.is_readable:
        return htmx.go(request, f"{page.draft.url}file")
    return render(request, "pipelines/drafts/detail.html", answers.context(page))


@require_http_methods(["GET", "POST"])
def file(request: SignedInRequest, number: int) -> HttpResponse:
    """The same thing as a text."""
    draft = queries.draft(number)
    if request.method == "POST":
        return answers.saved(
            request,
            draft,
            lambda: operations.save(
                draft=draft,
                text=request.POST.get("file", ""),
                seen=answers.seen(request, draft),
                is_typing=True,
                is_leaving=answers.is_leaving(request),
                by=request.user,
                now=timezone.now(),
            ),
            part="pipelines/drafts/_file_saved.html",
            back=f"{draft.url}file",
        )
    page = Page(draft, request.user, timezone.now())
    return render(request, "pipelines/drafts/file.html", answers.context(page))


@require_safe
def history(request: SignedInRequest, number: int) -> HttpResponse:
    """What it was, entry by entry, and how one of them differs from what stands."""
    draft = queries.draft(number)
    revisions = queries.history(draft)
    wanted = request.GET.get("revision", "")
    chosen = next((one for one in revisions if str(one.number) == wanted), None)
    shown = {
        "draft": draft,
        "revisions": revisions,
        "chosen": chosen,
        "difference": diffs.compare(chosen.text, draft.text) if chosen else None,
        "may_change": Page(draft, request.user, timezone.now()).may_change,
    }
    return render(request, "pipelines/drafts/history.html", shown)


@posts
def back(request: SignedInRequest, number: int) -> HttpResponse:
    """Let an earlier revision, or one that was kept aside, stand again."""
    draft = queries.draft(number)
    wanted = whole(request.POST.get("to", ""))
    if wanted is None:
        before = queries.before(draft)
        wanted = before.number if before else draft.revision
    operations.go_back(
        draft=draft,
        to=wanted,
        seen=answers.seen(request, draft),
        by=request.user,
        now=timezone.now(),
    )
    return htmx.go(request, draft.url)


def _page(request: SignedInRequest, number: int) -> Page:
    draft: Draft = queries.draft(number)
    return Page(draft, request.user, timezone.now())
