"""Around every request: an id that ties logs, audit and answer together, and refusals in words."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal import context
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


class Refusals:
    """Shows a refusal: as a toast where htmx asked, else as a page. The API has its own way."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        if getattr(request, "htmx", False):
            return toast(request, exception)
        return render(request, "refused.html", {"refused": exception}, status=exception.status)


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
