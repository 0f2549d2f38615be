"""Many values as one parameter: a placeholder for each costs more than the question itself."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, Expression, F, Func, TextField, Value

TEXTS = ArrayField(TextField())


class InArray(Func):
    """`rows.exclude(InArray("component", names))`: names by the thousand."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, name: str, values: Iterable[str] | Expression) -> None:
        if not isinstance(values, Expression):
            values = Value(list(values), output_field=TEXTS)
        super().__init__(F(name), values)
