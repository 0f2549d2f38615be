"""How pages of drafts answer a change: what follows from it, beside what is being typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from pipelines.drafts import operations, queries
from pipelines.drafts.edits import CHECK_NAME
from pipelines.drafts.forms import ParametersForm
from pipelines.drafts.models import Draft
from pipelines.drafts.queries import Page
from pipelines.drafts.sections import row_key
from pipelines.previews import queries as previews
from portal import htmx
from portal.accounts import access
from portal.accounts.middleware import SignedInRequest
from portal.errors import Refused

PRESETS = (
    ("0 6 * * *", "Every day at 06:00"),
    ("0 6 * * 1-5", "On weekdays"),
    ("0 6 * * 1", "Every Monday"),
    ("0 6 1 * *", "On the first of the month"),
    ("0 * * * *", "Every hour"),
)
KEPT = "kept"  # unsent.js: what was sent is not lost, the server has it
PARAMETER_TYPES = ("integer", "number", "string", "boolean", "date")
CATCH_UPS = (
    ("latest", "the last one missed"),
    ("all", "each one missed"),
    ("none", "nothing"),
)


def context(page: Page, **more: Any) -> dict[str, Any]:
    """What every template of a draft needs."""
    return {
        "page": page,
        "draft": page.draft,
        "others": queries.others_at(page.draft, page.who, page.now),
        "newer": queries.newer_version(page.draft),
        "teams": _teams(page),
        "presets": PRESETS,
        "types": PARAMETER_TYPES,
        "catch_ups": CATCH_UPS,
        "before": queries.before(page.draft),
        "may_begin_from": _may_begin_from(page),
        "parameters_form": _values_form(page),
        **preview_context(page),
        **more,
    }


def preview_context(page: Page) -> dict[str, Any]:
    """The preview with its rows, for those who may see them."""
    preview = page.preview
    is_shown = preview is not None and preview.state == preview.State.SUCCEEDED
    return {
        "preview": preview,
        "rows": previews.rows_of(preview, page.who) if preview and is_shown else None,
        "plan": previews.plan_of(preview) if preview and is_shown else [],
        "lineage": previews.lineage_of(preview) if preview and is_shown else [],
    }


def seen(request: SignedInRequest, draft: Draft) -> int:
    """The revision that the person had on the screen; what is no number was none."""
    given = request.POST.get("seen", "")
    return int(given) if given.isdecimal() and len(given) < 10 else draft.revision


def is_leaving(request: SignedInRequest) -> bool:
    """The page is being closed: this is what it still had."""
    return "leaving" in request.POST


def saved(
    request: SignedInRequest,
    draft: Draft,
    call: Callable[[], Draft],
    *,
    part: str = "pipelines/drafts/_saved.html",
    back: str = "",
) -> HttpResponse:
    """Make the change, and show what follows from it. Who was too late is told what is kept, or
    what became of the draft; whose check has the name of another one, beside that name.
    """
    sql_before = request.POST.get("sql")
    try:
        changed = call()
    except operations.Overtaken as overtaken:
        return _overtaken(request, draft, overtaken)
    except operations.Closed as closed:
        return _closed(request, draft, closed)
    except Refused as refused:
        if refused.field != CHECK_NAME:
            raise
        return _named_twice(request, refused)
    if not htmx.is_fragment(request):
        return htmx.go(request, back or draft.url)
    fresh = queries.draft(changed.number)
    page = Page(fresh, request.user, timezone.now())
    response = render(request, part, context(page, is_saved=True))
    sql = page.outline.text("spec", "sql")
    if sql_before is None and sql != _sql_of(draft):
        response.headers["HX-Trigger"] = json.dumps({"draft-sql": {"sql": sql}})
    return response


def _values_form(page: Page) -> ParametersForm:
    """The values of the last preview, else what the file says."""
    last = page.preview.parameters if page.preview else {}
    declared = {
        name: {**one, "default": last.get(name, one.get("default"))}
        for name, one in page.declared.items()
    }
    return ParametersForm(declared=declared)


def _overtaken(
    request: SignedInRequest, draft: Draft, overtaken: operations.Overtaken
) -> HttpResponse:
    shown = {"draft": draft, "overtaken": overtaken, "newest": overtaken.newest}
    if htmx.is_fragment(request):
        response = render(request, "pipelines/drafts/_overtaken.html", shown, status=422)
        response.headers["HX-Trigger"] = KEPT
        return response
    return render(request, "refused.html", {"refused": overtaken}, status=overtaken.status)


def _closed(request: SignedInRequest, draft: Draft, closed: operations.Closed) -> HttpResponse:
    """What became of it, with the way back."""
    if not htmx.is_fragment(request):
        raise closed
    page = Page(queries.draft(draft.number), request.user, timezone.now())
    part = "pipelines/drafts/_notices.html"
    return render(request, part, context(page, is_saved=True), status=closed.status)


def _named_twice(request: SignedInRequest, refused: Refused) -> HttpResponse:
    if not htmx.is_fragment(request):
        raise refused
    shown = {"refused": refused, "key": row_key(request.POST.get("was", ""))}
    return render(request, "pipelines/drafts/_named_twice.html", shown, status=refused.status)


def _sql_of(draft: Draft) -> str:
    return Page(draft, draft.changed_by, draft.changed_at).outline.text("spec", "sql")


def _may_begin_from(page: Page) -> bool:
    """Whether this person may change what has the name of the draft already."""
    return page.taken is not None and access.may(page.who, "draft.change", page.draft.team)


def _teams(page: Page) -> list[str]:
    names = list(
        access.teams_where(page.who, "draft.change").order_by("name").values_list("name", flat=True)
    )
    said = page.outline.text("metadata", "team")
    return names if said in names or not said else [said, *names]
