"""The file of an access review over the API."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from portal.accounts import access
from portal.api import Asking
from portal.files import tables
from portal.people import queries


class AccessReview(Asking):
    """Who has access to what now: accounts, roles, tokens, and what teams may use."""

    @extend_schema(
        parameters=[OpenApiParameter("as", str, description="csv or jsonl, the usual one.")],
        responses={
            (200, kind.partition(";")[0]): OpenApiTypes.STR for kind in tables.FORMATS.values()
        },
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """Everything, as a stream: a line for each access."""
        access.require(self.by, "access.review")
        form = request.query_params.get("as", "jsonl")
        kind = tables.content_type(form, field="as")
        return StreamingHttpResponse(queries.access(form, now=timezone.now()), content_type=kind)
