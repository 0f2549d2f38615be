"""What lists of people and teams can be asked for over the API."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet

from portal.accounts.models import Membership, Team, User
from portal.filters import identities
from portal.search.filters import ByWords


class InTeam(django_filters.CharFilter):
    """People who are members of the team of this name."""

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        if not value:
            return qs
        members = Membership.objects.filter(team__in=identities(Team.objects.all(), name=value))
        return qs.filter(pk__in=members.values("user_id"))


class UserFilter(django_filters.FilterSet):
    q = ByWords("person", by="username")
    team = InTeam()
    is_active = django_filters.BooleanFilter()
    is_platform = django_filters.BooleanFilter()

    class Meta:
        model = User
        fields: ClassVar[list[str]] = []


class TeamFilter(django_filters.FilterSet):
    q = ByWords("team")

    class Meta:
        model = Team
        fields: ClassVar[list[str]] = []
