"""What a filter of the audit asked for, and the entries that it finds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import django_filters

from portal.accounts.models import User
from portal.audit.models import Entry
from portal.filters import ByName


class EntryFilter(django_filters.FilterSet):
    """The same words on the page, in exports and over the API."""

    component = django_filters.CharFilter()
    actor = ByName("actor", User.objects.all(), by="username")
    kind = django_filters.CharFilter()
    verb = django_filters.CharFilter()
    thing = django_filters.CharFilter()
    environment = django_filters.CharFilter()
    team = django_filters.CharFilter()
    outcome = django_filters.ChoiceFilter(choices=Entry.Outcome.choices)
    thing_id = django_filters.CharFilter()
    request_id = django_filters.CharFilter()
    since = django_filters.IsoDateTimeFilter("at", "gte")
    until = django_filters.IsoDateTimeFilter("at", "lt")

    class Meta:
        model = Entry
        fields: list[str] = []


def given(query: Mapping[str, Any]) -> dict[str, str]:
    """What narrows it down, by name, as it was written."""
    names = EntryFilter.base_filters
    return {name: str(query[name]).strip() for name in names if query.get(name)}
