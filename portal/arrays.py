"""Many values as one parameter: a placeholder for each costs more than the question itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db.models import BooleanField, Expression, F, Func, TextField, UUIDField, Value

TEXTS = ArrayField(TextField())
UUIDS = ArrayField(UUIDField())


class InArray(Func):
    """`rows.exclude(InArray("component", names))`: names by the thousand.

    Identities are said to be such: `rows.filter(InArray("pk", seen, UUIDS))`.
    """

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(
        self,
        name: str,
        values: Iterable[str] | Iterable[UUID] | Expression,
        kind: ArrayField = TEXTS,
    ) -> None:
        if not isinstance(values, Expression):
            values = Value(list(values), output_field=kind)
        super().__init__(F(name), values)

    def as_sql(self, *given: Any, **options: Any) -> tuple[str, tuple[str | int, ...]]:
        """As with Django's own `in`: where nothing is in it, nothing is asked."""
        among = self.source_expressions[1]
        if isinstance(among, Value) and not among.value:
            raise EmptyResultSet
        return super().as_sql(*given, **options)
