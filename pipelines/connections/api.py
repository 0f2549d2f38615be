"""Sources, clients, destinations, places and grants over the API. No secret ever comes out."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from deployments.environments.models import Environment
from pipelines.connections import operations, placed, queries
from pipelines.connections.changing_api import (
    ChangingClients,
    ChangingConnections,
    ChangingDestinations,
)
from pipelines.connections.filters import ClientFilter, ConnectionFilter, DestinationFilter
from pipelines.connections.models import Binding, Client, Connection, Destination, Kind
from pipelines.deliveries import operations as deliveries
from portal.accounts import queries as accounts
from portal.accounts.models import Grant, Team
from portal.api import Named, Nouns
from portal.errors import Refused
from portal.schema_headers import CONDITIONAL


class PlaceOut(serializers.ModelSerializer):
    """Where a name is in an environment. Of a secret only that it is set, and since when."""

    environment = serializers.CharField(source="environment.name")
    address = serializers.SerializerMethodField(
        help_text="Of a webhook, path and query are for those who may change it."
    )
    has_secret = serializers.SerializerMethodField()

    class Meta:
        model = Binding
        fields = (
            "id",
            "environment",
            "address",
            "options",
            "region",
            "has_secret",
            "secret_set_at",
            "trial",
            "tried_at",
        )

    def get_address(self, binding: Binding) -> str:
        return placed.address_for(self.context["request"].user, binding)

    def get_has_secret(self, binding: Binding) -> bool:
        return binding.secret is not None


class ConnectionOut(serializers.ModelSerializer):
    team = serializers.CharField(source="team.name")
    bindings = PlaceOut(many=True)

    class Meta:
        model = Connection
        fields = ("id", "name", "title", "description", "kind", "team", "created_at", "bindings")


class ClientOut(serializers.ModelSerializer):
    team = serializers.CharField(source="team.name")
    destinations: Any = serializers.SlugRelatedField("name", many=True, read_only=True)

    class Meta:
        model = Client
        fields = (
            "id",
            "name",
            "title",
            "description",
            "contact",
            "team",
            "created_at",
            "destinations",
        )


class DestinationOut(serializers.ModelSerializer):
    team = serializers.CharField(source="team.name")
    client = serializers.CharField(source="client.name")
    bindings = PlaceOut(many=True)

    class Meta:
        model = Destination
        fields = ("id", "name", "title", "kind", "client", "team", "created_at", "bindings")


class BindingOut(PlaceOut):
    connection = serializers.CharField(source="connection.name", default=None, allow_null=True)
    destination = serializers.CharField(source="destination.name", default=None, allow_null=True)

    class Meta:
        model = Binding
        fields = (
            "id",
            "connection",
            "destination",
            "environment",
            "address",
            "options",
            "region",
            "has_secret",
            "secret_set_at",
            "trial",
            "tried_at",
            "updated_at",
        )


class GrantOut(serializers.ModelSerializer):
    team = serializers.CharField(source="team.name")
    granted_by = serializers.CharField(source="granted_by.username")

    class Meta:
        model = Grant
        fields = ("id", "team", "kind", "name", "use", "reason", "granted_by", "granted_at")


class ConnectionIn(serializers.Serializer):
    name = serializers.CharField(max_length=60)
    kind = serializers.ChoiceField(Kind.choices)
    team = Named("team", Team.objects.all())
    title = serializers.CharField(max_length=120, default="", allow_blank=True)
    description = serializers.CharField(max_length=4000, default="", allow_blank=True)


class ClientIn(serializers.Serializer):
    name = serializers.CharField(max_length=60)
    title = serializers.CharField(max_length=120)
    team = Named("team", Team.objects.all())
    description = serializers.CharField(max_length=4000, default="", allow_blank=True)
    contact = serializers.CharField(max_length=200, default="", allow_blank=True)


class DestinationIn(serializers.Serializer):
    name = serializers.CharField(max_length=60)
    kind = serializers.ChoiceField(Kind.choices)
    client = Named("client", Client.objects.all())
    team = Named("team", Team.objects.all())
    title = serializers.CharField(max_length=120, default="", allow_blank=True)


class BindingIn(serializers.Serializer):
    """One of `connection` and `destination`."""

    connection = Named("connection", Connection.objects.select_related("team"), required=False)
    destination = Named("destination", Destination.objects.select_related("team"), required=False)
    environment = Named("environment", Environment.objects.all())
    address = serializers.CharField(max_length=400)
    secret = serializers.CharField(
        max_length=4000, required=False, allow_blank=True, write_only=True, trim_whitespace=False
    )
    region = serializers.CharField(max_length=40, default="", allow_blank=True)
    options: Any = serializers.DictField(required=False)


class EnvironmentIn(serializers.Serializer):
    environment = Named("environment", Environment.objects.all())


class GrantIn(serializers.Serializer):
    team = Named("team", Team.objects.all())
    kind = serializers.ChoiceField(Grant.Kind.choices)
    name = serializers.CharField(max_length=60)
    use = serializers.ChoiceField(Grant.Use.choices, default=Grant.Use.USE)
    reason = serializers.CharField(max_length=2000, default="", allow_blank=True)


class Connections(ChangingConnections):
    """Sources of data, by name."""

    noun = "connection"
    queryset = queries.connections()
    serializer_class = ConnectionOut
    lookup_field = "name"
    ordering = "name"
    filterset_class = ConnectionFilter

    @extend_schema(request=ConnectionIn, responses={201: ConnectionOut})
    def create(self, request: Request) -> Response:
        """Name a source of data."""
        row = operations.create_connection(
            **self.given(ConnectionIn), by=self.by, now=timezone.now()
        )
        return self.shown(row, status.HTTP_201_CREATED)


class Clients(ChangingClients):
    """Who receives data."""

    noun = "client"
    queryset = queries.clients()
    serializer_class = ClientOut
    lookup_field = "name"
    ordering = "name"
    filterset_class = ClientFilter

    @extend_schema(request=ClientIn, responses={201: ClientOut})
    def create(self, request: Request) -> Response:
        """Name someone who receives data."""
        row = operations.create_client(**self.given(ClientIn), by=self.by, now=timezone.now())
        return self.shown(row, status.HTTP_201_CREATED)


class Destinations(ChangingDestinations):
    """Where clients take data, by name."""

    noun = "destination"
    queryset = queries.destinations()
    serializer_class = DestinationOut
    lookup_field = "name"
    ordering = "name"
    filterset_class = DestinationFilter

    @extend_schema(request=DestinationIn, responses={201: DestinationOut})
    def create(self, request: Request) -> Response:
        """Name a place where a client takes data."""
        row = operations.create_destination(
            **self.given(DestinationIn), by=self.by, now=timezone.now()
        )
        return self.shown(row, status.HTTP_201_CREATED)

    @extend_schema(request=EnvironmentIn, responses={200: DestinationOut})
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, name: str) -> Response:
        """Let what waits for a destination that keeps failing be tried now."""
        found: Destination = self.get_object()
        deliveries.resume(
            destination=found, **self.given(EnvironmentIn), by=self.by, now=timezone.now()
        )
        return self.shown(found)


def _bound(binding: Binding) -> Connection | Destination:
    thing = binding.connection or binding.destination
    assert thing is not None, "the table's constraint"
    return thing


class BindingFilter(django_filters.FilterSet):
    connection = django_filters.CharFilter("connection__name")
    destination = django_filters.CharFilter("destination__name")
    environment = django_filters.CharFilter("environment__name")

    class Meta:
        model = Binding
        fields: list[str] = []


class Bindings(Nouns):
    """Where names are, per environment."""

    noun = "binding"
    queryset = queries.bindings()
    serializer_class = BindingOut
    filterset_class = BindingFilter
    facts = staticmethod(operations.facts_of)

    @extend_schema(request=BindingIn, responses={201: BindingOut}, parameters=CONDITIONAL)
    def create(self, request: Request) -> Response:
        """Say where a connection or a destination is in an environment; again moves it."""
        given = self.given(BindingIn)
        things = [given.pop(name, None) for name in ("connection", "destination")]
        named = [thing for thing in things if thing is not None]
        if len(named) != 1:
            raise Refused("Name a connection or a destination, one of them.", field="connection")
        row = operations.bind(
            thing=named[0], **given, seen=self.seen, by=self.by, now=timezone.now()
        )
        return self.shown(row, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={202: BindingOut})
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: str) -> Response:
        """Let a worker try the place; `trial` says later what it found."""
        binding: Binding = self.get_object()
        tried = operations.test(
            thing=_bound(binding),
            environment=binding.environment,
            by=self.by,
            now=timezone.now(),
        )
        return self.shown(tried, status.HTTP_202_ACCEPTED)

    def destroy(self, request: Request, pk: str) -> Response:
        """Take the place away."""
        binding: Binding = self.get_object()
        thing = _bound(binding)
        operations.unbind(
            thing=thing,
            environment=binding.environment,
            seen=self.seen,
            by=self.by,
            now=timezone.now(),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class GrantFilter(django_filters.FilterSet):
    team = django_filters.CharFilter("team__name")
    kind = django_filters.ChoiceFilter(choices=Grant.Kind.choices)
    name = django_filters.CharFilter()
    use = django_filters.ChoiceFilter(choices=Grant.Use.choices)

    class Meta:
        model = Grant
        fields: list[str] = []


class Grants(Nouns):
    """Which team may use what, and who may see rows."""

    noun = "grant"
    queryset: QuerySet[Any] = accounts.grants()
    serializer_class = GrantOut
    filterset_class = GrantFilter

    @extend_schema(request=GrantIn, responses={201: GrantOut})
    def create(self, request: Request) -> Response:
        """Let a team use a connection, a client or a destination, or see rows of a connection."""
        given = self.given(GrantIn)
        thing = queries.thing(given.pop("kind"), given.pop("name"))
        row = operations.give(thing=thing, **given, by=self.by, now=timezone.now())
        return self.shown(row, status.HTTP_201_CREATED)

    def destroy(self, request: Request, pk: str) -> Response:
        """Take a grant back."""
        operations.take(grant=self.get_object(), by=self.by, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
