"""A body in which something is none of a few words is told which those are, wherever it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rest_framework.exceptions import ErrorDetail
from rest_framework.serializers import (
    ChoiceField,
    DictField,
    ListField,
    ListSerializer,
    Serializer,
)

from portal.framework_words import no_choice

NO_CHOICE = "invalid_choice"


def named(found: Any, field: Any, value: Any) -> Any:
    """What REST framework found of a field (or a whole body), with the choices that there are."""
    if isinstance(found, Mapping):
        return {key: named(one, _below(field, key), _at(value, key)) for key, one in found.items()}
    if isinstance(field, ChoiceField):
        return [_named(one, field, value) for one in found]
    return found


def _named(message: ErrorDetail, field: ChoiceField, value: Any) -> ErrorDetail:
    if message.code != NO_CHOICE:
        return message
    return ErrorDetail(no_choice(value, field.choices), NO_CHOICE)


def _below(field: Any, key: Any) -> Any:
    if isinstance(field, Serializer):
        return field.fields.get(key)
    return field.child if isinstance(field, (ListField, ListSerializer, DictField)) else None


def _at(value: Any, key: Any) -> Any:
    if isinstance(value, Mapping):
        return value.get(key)
    is_one = isinstance(value, Sequence) and not isinstance(value, str) and isinstance(key, int)
    return value[key] if is_one and key < len(value) else None
