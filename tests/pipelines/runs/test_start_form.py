"""The form that starts a run: a field for each declared parameter, values in JSON's types."""

from __future__ import annotations

from typing import Any

from pipelines.runs.forms import StartForm

DECLARED: dict[str, dict[str, Any]] = {
    "month": {"type": "integer", "default": 1, "minimum": 1, "maximum": 12},
    "share": {"type": "number", "default": 0.5},
    "carrier": {"type": "string"},
    "day": {"type": "date", "default": "2013-01-01"},
    "is_final": {"type": "boolean", "default": False},
    "size": {"type": "integer", "enum": [10, 20], "default": 10},
}


def filled(**values: str) -> StartForm:
    given = {f"parameters.{name}": value for name, value in values.items()}
    return StartForm({**given, "reason": ""}, declared=DECLARED)


def test_values_have_the_types_of_their_declaration() -> None:
    form = filled(
        month="2", share="0.25", carrier="UA", day="2013-02-03", is_final="True", size="20"
    )
    assert form.is_valid(), form.errors
    assert form.parameters() == {
        "month": 2,
        "share": 0.25,
        "carrier": "UA",
        "day": "2013-02-03",
        "is_final": True,
        "size": 20,
    }


def test_what_is_left_out_is_left_to_the_defaults() -> None:
    form = filled(carrier="UA", is_final="False", size="10")
    assert form.is_valid(), form.errors
    assert form.parameters() == {"carrier": "UA", "is_final": False, "size": 10}


def test_a_parameter_without_a_default_is_asked_for() -> None:
    form = filled(month="2", is_final="False", size="10")
    assert not form.is_valid()
    assert "parameters.carrier" in form.errors


def test_bounds_help_to_type_and_the_operation_judges() -> None:
    form = filled(month="13", carrier="UA", is_final="False", size="10")
    assert form.is_valid()
    assert form.fields["parameters.month"].widget.attrs["max"] == 12
