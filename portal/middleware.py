"""Around every request: an id that ties logs, audit and answer together, and refusals in words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.common import CommonMiddleware
from django.shortcuts import render

from portal import api, context
from portal.errors import Refused
from portal.ids import uuid7

Handler = Callable[[HttpRequest], HttpResponse]

# Long enough to be telling, short enough for the audit's column; nothing that could forge a line.
ACCEPTED = re.compile(r"[A-Za-z0-9._-]{8,40}")


class RequestId:
    """Takes X-Request-Id from a proxy or makes one, and sends it back."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        name = given if ACCEPTED.fullmatch(given) else uuid7().hex
        request.request_id = name  # type: ignore[attr-defined]  # for what is logged afterwards
        before = context.request_id.set(name)
        try:
            response = self.get_response(request)
        finally:
            context.request_id.reset(before)
        response.headers["X-Request-Id"] = name
        return response


class Slashes(CommonMiddleware):
    """Leads to the address with its slash; what is sent to the API would get lost on that way.

    Programs that follow a redirect ask there with a GET, and take its answer for what they did.
    """

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        is_sent = request.path.startswith("/api/") and request.method not in {"GET", "HEAD"}
        return not is_sent and bool(super().should_redirect_with_slash(request))


class NotReadable(Refused):
    """Nothing could be meant by it."""

    status = 400
    kind = "not-readable"


class Refusals:
    """Shows a refusal: as a toast where htmx asked, else as a page. The API has its own way.

    An address with a NUL is refused here for all: no name or text that is kept has one, and the
    database takes none in a question either.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: object, kwargs: object
    ) -> HttpResponse | None:
        if "%00" not in request.META.get("QUERY_STRING", "") and "\0" not in request.path:
            return None
        refused = NotReadable("This address has a NUL character in it: leave it out.")
        if request.path.startswith("/api/"):
            return api.refusal(refused)
        return shown(request, refused)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return shown(request, exception) if isinstance(exception, Refused) else None


def shown(request: HttpRequest, refused: Refused) -> HttpResponse:
    """The refusal where it was asked for: in the corner, or as a page."""
    if getattr(request, "htmx", False):
        return toast(request, refused)
    return render(request, "refused.html", {"refused": refused}, status=refused.status)


def toast(request: HttpRequest, refused: Refused) -> HttpResponse:
    """The refusal as a message in the corner; the page below it stays as it is."""
    response = render(
        request,
        "ui/_toast.html",
        {"refused": refused, "message": refused.message, "tone": "warn"},
        status=refused.status,
    )
    response.headers["HX-Retarget"] = ".toasts"
    response.headers["HX-Reswap"] = "beforeend"
    return response
