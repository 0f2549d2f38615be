"""Narrowing down a list of the API by the words by which its things are found."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet

from portal.search import queries


class ByWords(django_filters.CharFilter):
    """Beginnings of words in what is found of a kind of thing: `q = ByWords("team")`."""

    def __init__(self, kind: str, *, by: str = "name") -> None:
        super().__init__(by, label="Beginnings of words in what it is called and is about")
        self.kind = kind

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        if not value:
            return qs
        return qs.filter(**{f"{self.field_name}__in": queries.names(self.kind, value)})
