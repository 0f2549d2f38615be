"""Answers when nothing was found, something was forged, or we have a bug: as page or as JSON."""

from __future__ import annotations

import logging
import sys
from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.urls import is_valid_path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import defaults

from portal import context
from portal.api import plainly, refusal
from portal.errors import NotAllowed, NotFound, Refused, TooLong
from portal.middleware import Handler, NotReadable, toast
from portal.outages import OUTAGE, nothing_was_asked
from portal.postgresql.sessions import was_stopped

log = logging.getLogger(__name__)

NOTHING = "There is nothing at this address."
NO_DOOR = f"{NOTHING} Those that there are stand in /api/docs/ and, for programs, in /api/schema/."
NOT_YOURS = (
    "You may not do this. Ask a maintainer of the team that owns it, or someone with the "
    "platform role."
)
GARBLED = "The request was cut short or garbled on its way. Load the page again and try once more."
AWAY = (
    "The database does not answer just now, so nobody can say whether this was done. "
    "Try again in a minute, and look before you change anything twice."
)
TOO_LONG = (
    "The database worked at this for too long and was stopped, so it was not done. Ask for less: a "
    "shorter time, one component, fewer things at once. If it takes this long every time, tell "
    "whoever runs this Slipway."
)
ASKED_ALWAYS = {"/healthz", "/readyz", "/metrics"}  # they tell of it by themselves
FORGED = (
    "This page was open for so long that its form is no longer accepted. "
    "Reload the page and try again."
)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request):
        slashed = f"{request.path}/"
        nearly = f"{NOTHING} With a slash at its end there is: {slashed}"
        return plainly(404, nearly if is_valid_path(slashed) else NO_DOOR)
    if _is_part(request):
        return toast(request, NotFound(NOTHING))
    return defaults.page_not_found(request, exception)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request):
        return plainly(403, "You may not do this.")
    if _is_part(request):
        return toast(request, NotAllowed(NOT_YOURS))
    return defaults.permission_denied(request, exception)


def not_readable(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_api(request):
        return plainly(400, "This request can't be read.")
    if _is_part(request):
        return toast(request, NotReadable(GARBLED))
    return defaults.bad_request(request, exception)


def broken(request: HttpRequest) -> HttpResponse:
    """A bug. The id finds it in the logs; the page stands alone, for anything may be broken.

    Or the database went away while it was asked, or was stopped at it: nothing is broken then but
    the answer.
    """
    error = sys.exception()
    if OUTAGE.noticed(error):
        return away(request, is_done="no" if nothing_was_asked(error) else "unknown")
    if was_stopped(error):
        return too_long(request)
    if is_api(request):
        return plainly(500, "Something is broken on our side. Name this request id when asking.")
    name = context.request_id.get()
    try:
        page: str = loader.render_to_string("500.html", {"request_id": name})
    except Exception:
        log.exception("the page for bugs is broken, too")
        page = f"Something is broken on our side. Name this request id when asking: {name}"
    return HttpResponse(page, status=500)


def away(request: HttpRequest, *, is_done: Literal["no", "unknown"]) -> HttpResponse:
    """The database does not answer. A page says so, and parts of pages have words of their own.

    What was sent is gone with this answer: trying again leads to where it was sent from.
    """
    if is_api(request) or request.path.startswith("/v1/"):
        answer: HttpResponse = plainly(503, AWAY)
    else:
        sent = request.method not in {"GET", "HEAD"}
        shown = {
            "request": request,
            "is_done": is_done if sent else "",
            "again": _sent_from(request) if sent else request.get_full_path(),
        }
        answer = HttpResponse(loader.render_to_string("503.html", shown), status=503)
    answer.headers["Retry-After"] = "5"
    return OUTAGE.turned_away(answer)


def too_long(request: HttpRequest) -> HttpResponse:
    """It stays an error in the logs, with the place that asked: people should not meet it."""
    refused = TooLong(TOO_LONG)
    return refusal(refused) if is_api(request) else _shown(request, refused)


class TellsOutages:
    """Keeps who only would wait from the threads of this process: see portal.outages."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in ASKED_ALWAYS or not OUTAGE.lasts():
            return self.get_response(request)
        return away(request, is_done="no")


def _sent_from(request: HttpRequest) -> str:
    """The page of ours on which the form stood, else the start page."""
    page = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return page if is_ours else "/"


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A form without the secret of its page: mostly a page left open over a sign-out."""
    return _shown(request, NotAllowed(FORGED))


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _shown(request: HttpRequest, refused: Refused) -> HttpResponse:
    if _is_part(request):
        return toast(request, refused)
    return render(request, "refused.html", {"refused": refused}, status=refused.status)


def _is_part(request: HttpRequest) -> bool:
    """Asked by a page that stands: asked of the header, for this may fail before all middleware."""
    return request.headers.get("HX-Request") == "true"
