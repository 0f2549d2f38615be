"""The report of changes over the API."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from deployments.reporting import asking, queries
from deployments.reporting.asking import ALL, Approval
from observability.dora.windows import USUAL
from portal.api import Asking
from portal.files import answering

WORDS = {
    "environment": f"Production's where none is named; “{ALL}” for every one.",
    "component": "By its name.",
    "team": "Whose components.",
    "approval": f"Only those that are one of {', '.join(Approval)}.",
    "days": f"So many, up to now; {USUAL} where nothing is said.",
    "since": "From this day on (UTC), as 2026-09-01.",
    "until": "Through this day, inclusive (UTC).",
    "as": answering.WORDS,
}


class ChangeReport(Asking):
    """Each change of a period, who asked for it, who approved it, and how it ended."""

    content_negotiation_class = answering.AnyAccepted

    @extend_schema(
        parameters=[OpenApiParameter(name, str, description=said) for name, said in WORDS.items()],
        responses=answering.RESPONSES,
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """Everything that fits, the oldest first, as a stream: a line for each change."""
        form = answering.form(request)
        wanted = asking.wanted(request.query_params, timezone.now())
        return answering.streamed(queries.file(wanted, form), form)
