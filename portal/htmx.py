"""Answers to htmx: fragments instead of pages, messages, redirects, and the end of polling."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from html import unescape
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import is_valid_path
from django.utils.html import strip_tags
from django.utils.safestring import mark_safe
from django_htmx.http import HttpResponseClientRedirect

from portal.errors import Refused

STOP_POLLING = 286  # htmx 2 ends `every …` on this status
NOTHING_NEW = 204
HEAD = re.compile(r'<h2 id="dialog-title">(.*?)</h2>', re.DOTALL)

Result = TypeVar("Result")


def is_fragment(request: HttpRequest) -> bool:
    """htmx wants a part of a page: not a boosted link, not a page out of the history."""
    htmx = getattr(request, "htmx", None)
    if not htmx:
        return False
    return not htmx.boosted and not htmx.history_restore_request


def _is_page_itself(request: HttpRequest) -> bool:
    """The form that asks is the whole page, of its own address: no dialog is open there."""
    at = request.headers.get("HX-Current-URL", "")
    return urlsplit(at).path == request.path


def page(
    request: HttpRequest, whole: str, part: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """The whole page, or the part of it that htmx asked for."""
    return render(request, part if is_fragment(request) else whole, dict(context), status=status)


def go(request: HttpRequest, url: str) -> HttpResponse:
    """Open another page after a write."""
    return HttpResponseClientRedirect(url) if is_fragment(request) else HttpResponseRedirect(url)


def done(request: HttpRequest, message: str, url: str) -> HttpResponse:
    """It is done: say so and close the dialog, without leaving the page that it was opened on.

    Without script there is no page below, nor where the form is the page: then `url` is opened.
    """
    if not is_fragment(request) or _is_page_itself(request):
        messages.success(request, message)
        return go(request, url)
    response = render(request, "ui/_toast.html", {"message": message, "tone": "good"})
    response.headers["HX-Retarget"] = ".toasts"
    response.headers["HX-Reswap"] = "beforeend"
    response.headers["HX-Trigger"] = "done"  # dialogs.js closes it
    return response


def live(
    request: HttpRequest, part: str, context: Mapping[str, Any], *, is_over: bool
) -> HttpResponse:
    """A part that is polled: 204 while nothing changed since `?seen=`, 286 once it is over."""
    response = render(request, part, {**context, "is_polled": not is_over})
    seen = digest(response.content)
    if seen == request.GET.get("seen") and not is_over:
        return HttpResponse(status=NOTHING_NEW)
    response.headers["X-Seen"] = seen  # live.js sends it back with the next poll
    if is_over:
        response.status_code = STOP_POLLING
    return response


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:16]


def attempt(form: Form, call: Callable[[], Result]) -> Result | None:
    """Make one call into the domain. A refusal becomes an error of the form, the answer None."""
    try:
        return call()
    except Refused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        form.refused = refused  # type: ignore[attr-defined]
        return None


def status_of(form: Form) -> int:
    """The refusal's own status, 422 for what the form itself refuses: programs can tell."""
    if not (form.is_bound and form.errors):
        return 200
    refused: Refused | None = getattr(form, "refused", None)
    return refused.status if refused else 422


def dialog(request: HttpRequest, part: str, context: Mapping[str, Any]) -> HttpResponse:
    """A form: in the dialog of the page where htmx asked, else as a page of its own."""
    form = context["form"]
    status = status_of(form)
    response = render(request, part, dict(context), status=status)
    if not is_fragment(request):
        shown = response.content.decode()
        rendered = mark_safe(shown)  # noqa: S308 - by the line above
        whole = {"above": above(request.path), **context, "head": _head(shown), "shown": rendered}
        return render(request, "ui/dialog.html", whole, status=status)
    if _is_page_itself(request):
        response.headers["HX-Retarget"] = ".dialog-page"  # not the dialog, which is closed
    return response


def above(path: str) -> str:
    """The nearest page above an address: the way back from a form that is a page of its own."""
    parts = path.strip("/").split("/")
    pages = (f"/{'/'.join(parts[:end])}/" for end in range(len(parts) - 1, 0, -1))
    return next((page for page in pages if is_valid_path(page)), "/")


def _head(dialog: str) -> str:
    """What a dialog is called by itself: its page is called the same."""
    found = HEAD.search(dialog)
    return unescape(strip_tags(found[1])).strip() if found else "Confirm"


def asked(
    request: HttpRequest,
    form: Form,
    part: str,
    shown: Mapping[str, Any],
    *,
    act: Callable[[], Result],
    to: str | Callable[[Result], str],
) -> HttpResponse:
    """A form from its first look to the page behind it: shown, sent, and shown again if refused.

    `act` is the one call into the domain; `to` is the address afterwards, maybe of what it made.
    """
    if form.is_valid():
        made = attempt(form, act)
        if not form.errors:
            return go(request, to if isinstance(to, str) else to(cast(Result, made)))
    back = {"above": to} if isinstance(to, str) else {}
    return dialog(request, part, {**back, **shown, "form": form})
