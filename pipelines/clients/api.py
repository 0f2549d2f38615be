"""What clients may rely on, and what is ahead of them, over the API."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deployments.environments.models import Environment
from pipelines.clients import queries
from pipelines.clients.agreements import Turn
from pipelines.clients.queries import Agreement, Product, Prospect
from pipelines.connections import queries as connections
from portal.api import Asking
from portal.errors import NotFound, Refused


class PlaceAsked(serializers.Serializer):
    """Where; without it the last place on the way to production."""

    environment = serializers.CharField(required=False, default="")


class AheadAsked(PlaceAsked):
    """With a version of a component, what that one would do; else the newest of each."""

    component = serializers.CharField(required=False, default="")
    release = serializers.IntegerField(required=False, default=0, min_value=0, max_value=2**31)


class ColumnChangeOut(serializers.Serializer):
    """One column that is otherwise."""

    column = serializers.CharField()
    old = serializers.CharField()
    new = serializers.CharField()
    effect = serializers.CharField()
    is_breaking = serializers.BooleanField()


class ContractTurnOut(serializers.Serializer):
    """The contract of one version in place of another's."""

    old = serializers.IntegerField()
    new = serializers.IntegerField()
    at = serializers.DateTimeField()
    is_breaking = serializers.BooleanField()
    columns = serializers.SerializerMethodField()

    @extend_schema_field(ColumnChangeOut(many=True))
    def get_columns(self, turn: Turn) -> Any:
        return ColumnChangeOut(turn.comparison.changed, many=True).data


class AgreementOut(serializers.Serializer):
    """What is promised of one dataset, and when that changed here; the newest change first."""

    component = serializers.CharField(source="component.name")
    release = serializers.IntegerField(source="number")
    contract = serializers.SerializerMethodField(help_text="As the file has it; null: none.")
    changes = ContractTurnOut(source="turns", many=True)

    @extend_schema_field(serializers.DictField(allow_null=True))
    def get_contract(self, agreement: Agreement) -> Any:
        return agreement.contract


class ClientContractsOut(serializers.Serializer):
    """`environment` is null where the client has no place yet."""

    client = serializers.CharField()
    environment = serializers.CharField(allow_null=True)
    contracts = AgreementOut(many=True)


class ProspectOut(serializers.Serializer):
    """What would reach the client if this version took the place of the live one."""

    component = serializers.CharField(source="product.component.name")
    destination = serializers.CharField(source="product.destination.name")
    live = serializers.IntegerField(source="product.live.release.number")
    release = serializers.IntegerField(source="release.number")
    others = serializers.SerializerMethodField(help_text="What could be chosen, newest first.")
    live_in = serializers.ListField(child=serializers.CharField(), source="places")
    verdict = serializers.CharField(source="effect.label")
    words = serializers.CharField(source="effect.words")
    is_breaking = serializers.SerializerMethodField()
    was = serializers.CharField(source="effect.was")
    would = serializers.CharField(source="effect.would")

    def get_others(self, prospect: Prospect) -> list[int]:
        return [release.number for release in prospect.others]

    def get_is_breaking(self, prospect: Prospect) -> bool:
        """It gets nothing any more, or what it reads may fail."""
        return not prospect.effect.would or bool(prospect.effect.contract.breaking)


class ClientAheadOut(serializers.Serializer):
    client = serializers.CharField()
    environment = serializers.CharField(allow_null=True)
    ahead = ProspectOut(many=True)


class ClientContracts(Asking):
    """What a client may rely on."""

    @extend_schema(
        parameters=[PlaceAsked], responses=ClientContractsOut, operation_id="client_contracts"
    )
    def get(self, request: Request, name: str) -> Response:
        """The contracts of what it gets in an environment, and when they changed there."""
        place, here = _there(name, self.asked(PlaceAsked)["environment"])
        found = queries.agreements(here, place) if place else []
        return Response(
            ClientContractsOut(
                {"client": name, "environment": place and place.name, "contracts": found}
            ).data
        )


class ClientAhead(Asking):
    """What is ahead of a client."""

    @extend_schema(parameters=[AheadAsked], responses=ClientAheadOut, operation_id="client_ahead")
    def get(self, request: Request, name: str) -> Response:
        """What would reach it if other versions were deployed."""
        asked = self.asked(AheadAsked)
        if asked["release"] and not asked["component"]:
            raise Refused(
                f"Say of which component version {asked['release']} is: component=its-name.",
                field="component",
            )
        place, here = _there(name, asked["environment"])
        chosen = {asked["component"]: asked["release"]} if asked["release"] else {}
        found = queries.prospects(here, chosen)
        return Response(
            ClientAheadOut(
                {"client": name, "environment": place and place.name, "ahead": found}
            ).data
        )


def _there(name: str, environment: str) -> tuple[Environment | None, list[Product]]:
    """A place of this client, and what it gets there."""
    client = connections.client(name)
    places = queries.places([client])
    place = queries.place(places, environment)
    if environment and (place is None or place.name != environment):
        known = ", ".join(each.name for each in places) or "none yet"
        raise NotFound(
            f"{name} has no place in “{environment}”; it has: {known}.", field="environment"
        )
    products = queries.products([client], timezone.now(), environments=places)
    return place, [one for one in products if place and one.environment.pk == place.pk]
