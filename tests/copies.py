"""Rows like others, under names of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import models
from django.db.models.fields import NOT_PROVIDED

Row = TypeVar("Row", bound=models.Model)
MANY = 4


def copies(row: Row, **given: Any) -> list[Row]:
    """`MANY` rows like this one, but for what is given: a value, one for each, or by its number."""
    made = [like(row, number, given) for number in range(MANY)]
    return type(row)._default_manager.bulk_create(made)


def like(row: Row, number: int, given: dict[str, Any]) -> Row:
    """One row like it, not yet stored."""
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key and not field.generated and field.db_default is NOT_PROVIDED
    }
    made = type(row)(**values)
    for name, value in given.items():
        chosen = value[number] if isinstance(value, list) else value
        setattr(made, name, chosen(number) if callable(chosen) else chosen)
    return made


def newest(model: type[Row], **given: Any) -> Row:
    return model._default_manager.filter(**given).latest("pk")


def named(begin: str) -> Callable[[int], str]:
    return lambda number: f"{begin}-{number}"


def behind(number: int) -> Callable[[int], int]:
    """Numbers that nobody has."""
    return lambda copy: number + 100 + copy


def before(time: datetime) -> Callable[[int], datetime]:
    """Times that nobody has, a day after the other."""
    return lambda copy: time - timedelta(days=100 + copy)
