"""The file of an access review over the API."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from portal.accounts import access
from portal.api import Asking
from portal.files import answering
from portal.people import queries


class AccessReview(Asking):
    """Who has access to what now: accounts, roles, tokens, and what teams may use."""

    content_negotiation_class = answering.AnyAccepted

    @extend_schema(
        parameters=[OpenApiParameter("as", str, description=answering.WORDS)],
        responses=answering.RESPONSES,
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """Everything, as a stream: a line for each access."""
        access.require(self.by, "access.review")
        form = answering.form(request)
        return answering.streamed(queries.access(form, now=timezone.now()), form)
