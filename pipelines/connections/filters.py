"""What lists of sources, clients and destinations can be asked for over the API."""

from __future__ import annotations

from typing import ClassVar

import django_filters

from pipelines.connections import kinds
from pipelines.connections.models import Client, Connection, Destination, Kind
from portal.accounts.models import Team
from portal.filters import ByName
from portal.search.filters import ByWords

NAMED = dict(Kind.choices)


class ConnectionFilter(django_filters.FilterSet):
    q = ByWords("connection")
    team = ByName("team", Team.objects.all())
    kind = django_filters.ChoiceFilter(choices=[(each, NAMED[each]) for each in kinds.SOURCES])

    class Meta:
        model = Connection
        fields: ClassVar[list[str]] = []


class ClientFilter(django_filters.FilterSet):
    q = ByWords("client")
    team = ByName("team", Team.objects.all())

    class Meta:
        model = Client
        fields: ClassVar[list[str]] = []


class DestinationFilter(django_filters.FilterSet):
    q = ByWords("destination")
    team = ByName("team", Team.objects.all())
    client = ByName("client", Client.objects.all())
    kind = django_filters.ChoiceFilter(choices=[(each, NAMED[each]) for each in kinds.DESTINATIONS])

    class Meta:
        model = Destination
        fields: ClassVar[list[str]] = []
