"""Short numbers that people say aloud ("run 1841"), beside the identities that programs use."""

from __future__ import annotations

from django.db.models import BigIntegerField, Func, Value


class NextNumber(Func):
    """The next value of a sequence, taken by the database on insert; gaps are no loss."""

    function = "nextval"
    output_field = BigIntegerField()

    def __init__(self, sequence: str) -> None:
        super().__init__(Value(sequence))
        self.sequence = sequence

    def deconstruct(self) -> tuple[str, list[str], dict[str, str]]:
        return "portal.numbers.NextNumber", [self.sequence], {}
