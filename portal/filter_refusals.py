"""Filters of lists that are asked for what they can't read: refused by what they could."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import serializers
from rest_framework.request import Request

from portal.framework_words import NO_TIME, no_choice


class Filters(DjangoFilterBackend):
    """Names the words of a choice and shows what a time looks like."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> Any:
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            return queryset
        if filterset.is_valid():
            return filterset.qs
        fields, wrong = filterset.form.fields, filterset.form.errors.as_data()
        raise serializers.ValidationError(
            {name: [_words(fields.get(name), one) for one in said] for name, said in wrong.items()}
        )


def _words(field: forms.Field | None, error: ValidationError) -> str:
    if error.code == "invalid_choice" and isinstance(field, forms.ChoiceField):
        choices = cast(Iterable[tuple[str, str]], field.choices)
        return no_choice((error.params or {}).get("value", ""), [value for value, _ in choices])
    if isinstance(field, forms.DateTimeField):
        return NO_TIME
    return " ".join(error.messages)
