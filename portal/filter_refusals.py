"""Filters of lists that are asked for what they can't read: refused by what they could."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import serializers
from rest_framework.request import Request

from portal.framework_words import NO_TIME, no_choice

BOOLEANS = ("true", "false")
READ = {"", *BOOLEANS, "True", "False"}  # Python programs write them so


class Filters(DjangoFilterBackend):
    """Names the words of a choice and shows what a time looks like."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> Any:
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            return queryset
        fields, wrong = filterset.form.fields, filterset.form.errors.as_data()
        said = {
            **{
                name: [_words(fields.get(name), one) for one in each]
                for name, each in wrong.items()
            },
            **dict(_neither(fields, filterset.data)),
        }
        if said:
            raise serializers.ValidationError(said)
        return filterset.qs


def _neither(
    fields: Mapping[str, forms.Field], asked: Mapping[str, str]
) -> Iterator[tuple[str, list[str]]]:
    """What is not true or false: Django takes it for nothing, and answers with everything."""
    for name, field in fields.items():
        value = asked.get(name, "")
        if isinstance(field, forms.NullBooleanField) and value not in READ:
            yield name, [no_choice(value, BOOLEANS)]


def _words(field: forms.Field | None, error: ValidationError) -> str:
    if error.code == "invalid_choice" and isinstance(field, forms.ChoiceField):
        choices = cast(Iterable[tuple[str, str]], field.choices)
        return no_choice((error.params or {}).get("value", ""), [value for value, _ in choices])
    if isinstance(field, forms.DateTimeField):
        return NO_TIME
    return " ".join(error.messages)
