"""Many values as one parameter: a placeholder for each costs more than the question itself."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, F, Func, TextField, Value


class InArray(Func):
    """`rows.exclude(InArray("component", names))`: names by the thousand."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, name: str, values: Iterable[str]) -> None:
        super().__init__(F(name), Value(list(values), output_field=ArrayField(TextField())))
