"""Sources of events over the API, what their names mean, and what became of each event."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from observability.events import operations, queries
from observability.events.models import EventSource, Meaning, OutsideEvent
from portal.accounts import queries as accounts
from portal.accounts.models import Team
from portal.api import Named, Nouns
from portal.filters import AnyOf, ByName
from portal.idempotency.answering import ShownOnce


class MeaningOut(serializers.ModelSerializer):
    class Meta:
        model = Meaning
        fields = ("id", "what", "outside", "inside")


class EventSourceOut(serializers.ModelSerializer):
    """Of the secret only since when it is set."""

    team = serializers.CharField(source="team.name", default=None, allow_null=True)
    address = serializers.SerializerMethodField(help_text="Where it sends to.")

    class Meta:
        model = EventSource
        fields: tuple[str, ...] = (
            *("id", "name", "kind", "team", "address", "created_at", "secret_set_at"),
            *("former_until", "disabled_at", "last_event_at", "refused_at", "refused_why"),
        )

    def get_address(self, source: EventSource) -> str:
        return str(self.context["request"].build_absolute_uri(f"/events/{source.name}"))


class EventSourceMade(EventSourceOut):
    """The only answer that ever holds the secret."""

    secret = serializers.CharField(
        allow_null=True,
        help_text="Shown now and never again: null where an answer is repeated for its "
        "Idempotency-Key.",
    )

    class Meta:
        model = EventSource
        fields = (*EventSourceOut.Meta.fields, "secret")


class EventSourceIn(serializers.Serializer):
    name = serializers.CharField(max_length=60)
    kind = serializers.ChoiceField(choices=EventSource.Kind.choices)
    team = Named(
        "team",
        accounts.teams(),
        default=None,
        allow_null=True,
        help_text="Left out: it speaks for every component, which takes the platform role.",
    )


class MeaningIn(serializers.Serializer):
    what = serializers.ChoiceField(choices=Meaning.What.choices)
    outside = serializers.CharField(max_length=200, help_text="The name as the source sends it.")
    inside = serializers.CharField(max_length=60, help_text="The component or environment here.")


class AppliedOut(serializers.Serializer):
    applied = serializers.IntegerField(help_text="How many fit now.")


class BecameOut(serializers.Serializer):
    id = serializers.CharField()
    state = serializers.CharField()
    words = serializers.CharField()


class EventOut(serializers.ModelSerializer):
    source = serializers.CharField(source="source.name")  # type: ignore[assignment]
    component = serializers.CharField(source="change.component.name", default=None, allow_null=True)

    class Meta:
        model = OutsideEvent
        fields: tuple[str, ...] = (
            *("id", "source", "event_id", "type", "state", "words", "subject", "place"),
            *("change", "component", "said_at", "received_at"),
        )


class EventWholeOut(EventOut):
    class Meta:
        model = OutsideEvent
        fields = (*EventOut.Meta.fields, "body")


class EventSourceFilter(django_filters.FilterSet):
    team = ByName("team", Team.objects.all())
    kind = django_filters.ChoiceFilter(choices=EventSource.Kind.choices)

    class Meta:
        model = EventSource
        fields: ClassVar[list[str]] = []


class EventSources(Nouns):
    """Who tells of changes from outside."""

    noun = "event source"
    queryset = queries.sources()
    serializer_class = EventSourceOut
    lookup_field = "name"
    ordering = "name"
    filterset_class = EventSourceFilter

    @extend_schema(request=EventSourceIn, responses={201: EventSourceMade})
    def create(self, request: Request) -> Response:
        """Make a source; its secret stands in this answer and is never shown again."""
        source, secret = operations.create(
            **self.given(EventSourceIn), by=self.by, now=timezone.now()
        )
        return self._made(source, secret, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=EventSourceMade)
    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, name: str) -> Response:
        """Another secret; the one before holds for another day."""
        source = self.get_object()
        secret = operations.rotate(source=source, by=self.by, now=timezone.now())
        return self._made(queries.source(name), secret, status.HTTP_200_OK)

    @extend_schema(request=None, responses=EventSourceOut)
    @action(detail=True, methods=["post"])
    def disable(self, request: Request, name: str) -> Response:
        """Take nothing from it any more."""
        source = self.get_object()
        return self.shown(operations.disable(source=source, by=self.by, now=timezone.now()))

    @extend_schema(request=None, responses=EventSourceOut)
    @action(detail=True, methods=["post"])
    def enable(self, request: Request, name: str) -> Response:
        """Take events from it again."""
        source = self.get_object()
        return self.shown(operations.enable(source=source, by=self.by, now=timezone.now()))

    @extend_schema(methods=["GET"], responses=MeaningOut(many=True), filters=False)
    @extend_schema(methods=["POST"], request=MeaningIn, responses={201: MeaningOut})
    @action(detail=True, methods=["get", "post"], pagination_class=None)
    def meanings(self, request: Request, name: str) -> Response:
        """What its names mean here; saying so applies what waited for it."""
        source = self.get_object()
        if request.method == "GET":
            return Response(MeaningOut(queries.meanings(source), many=True).data)
        said = operations.mean(
            source=source, **self.given(MeaningIn), by=self.by, now=timezone.now()
        )
        return Response(MeaningOut(said).data, status=status.HTTP_201_CREATED)

    @extend_schema(
        request=None,
        responses={204: None},
        parameters=[OpenApiParameter("meaning", str, OpenApiParameter.PATH)],
    )
    @action(detail=True, methods=["delete"], url_path="meanings/(?P<meaning>[^/.]+)")
    def forget(self, request: Request, name: str, meaning: str) -> Response:
        """From now on that name means what it is called."""
        source = self.get_object()
        operations.forget(
            source=source,
            meaning=queries.meaning(source, meaning),
            by=self.by,
            now=timezone.now(),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=AppliedOut)
    @action(detail=True, methods=["post"])
    def apply(self, request: Request, name: str) -> Response:
        """Look again at what fitted nothing."""
        applied = operations.apply(source=self.get_object(), by=self.by, now=timezone.now())
        return Response(AppliedOut({"applied": applied}).data)

    @extend_schema(request=None, responses=BecameOut)
    @action(detail=True, methods=["post"])
    def test(self, request: Request, name: str) -> Response:
        """Send a signed event through its door; it changes nothing."""
        became = operations.test(source=self.get_object(), by=self.by, now=timezone.now())
        return Response(BecameOut(became).data)

    def _made(self, source: EventSource, secret: str, code: int) -> Response:
        shown = {**self.get_serializer(source).data, "secret": secret}
        return ShownOnce(shown, status=code)


class EventFilter(django_filters.FilterSet):
    source = ByName("source", EventSource.objects.all())
    state = AnyOf(choices=OutsideEvent.State.choices)

    class Meta:
        model = OutsideEvent
        fields = ("source", "state")


class Events(Nouns):
    """What came from outside, newest first, and what became of it."""

    noun = "event"
    queryset = queries.events()
    serializer_class = EventOut
    filterset_class = EventFilter

    def get_serializer_class(self) -> Any:
        return EventWholeOut if self.action == "retrieve" else EventOut
