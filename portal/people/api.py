"""Access reviews over the API: the file, and what was signed."""

from __future__ import annotations

from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from portal.accounts import access
from portal.api import Asking
from portal.files import answering
from portal.people import operations, queries
from portal.people.models import AccessReview as Signed


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


class AccessReviewOut(serializers.ModelSerializer):
    """A signed review; `digest` is of the file's JSON lines without when access was used."""

    signed_by = serializers.CharField(source="signed_by.username")
    counts = serializers.DictField(child=serializers.IntegerField(), help_text="Lines by kind.")

    class Meta:
        model = Signed
        fields = ("id", "signed_at", "signed_by", "digest", "counts", "note")


class AccessReviewIn(serializers.Serializer):
    digest = serializers.RegexField(
        "^[0-9a-f]{64}$", help_text="SHA-256 of what was reviewed; other than now, it is refused."
    )
    note = serializers.CharField(max_length=operations.LONGEST, default="", allow_blank=True)


class AccessReviews(Asking, mixins.ListModelMixin, GenericViewSet):
    """Which access reviews were signed, by whom, and signing one; newest first."""

    queryset = Signed.objects.none()
    serializer_class = AccessReviewOut

    def get_queryset(self) -> Any:
        access.require(self.by, "access.review")
        return queries.reviews()

    @extend_schema(request=AccessReviewIn, responses={201: AccessReviewOut})
    def create(self, request: Request) -> Response:
        """Sign that you reviewed these lines."""
        signed = operations.sign_off(by=self.by, now=timezone.now(), **self.given(AccessReviewIn))
        return Response(self.get_serializer(signed).data, status=status.HTTP_201_CREATED)
