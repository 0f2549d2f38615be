"""Files over pages and the API: answers that are streamed as lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from portal.files import tables

# For the schema: what such a door answers.
RESPONSES: Any = {
    (200, kind.partition(";")[0]): OpenApiTypes.STR for kind in tables.FORMATS.values()
}
WORDS = f"{' or '.join(tables.FORMATS)}; what `Accept` says where it is left out, else jsonl."


class AnyAccepted(DefaultContentNegotiation):
    """The view streams what was asked for; refusals are problem+json whatever is accepted."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


def form(request: Request) -> str:
    """Which of the forms is asked for, by `as` or by what is accepted; Refused for another."""
    usual = "csv" if "text/csv" in request.headers.get("Accept", "") else "jsonl"
    asked = request.query_params.get("as", usual)
    tables.content_type(asked, field="as")
    return asked


def streamed(lines: Iterator[str], form: str) -> StreamingHttpResponse:
    """As one answer that is made while it is sent."""
    return StreamingHttpResponse(lines, content_type=tables.FORMATS[form])


def attached(lines: Iterator[str], form: str, name: str) -> StreamingHttpResponse:
    """The same for a browser, which keeps it under this name."""
    answer = streamed(lines, form)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer
