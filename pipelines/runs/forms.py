"""What people say when they run something, run it again, cancel it or deliver it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from portal.forms import Form, reason

PREFIX = "parameters."  # as the operation names a field that it refuses


class StartForm(Form):
    """Where, with which values, and why; a field for each parameter that the version declares."""

    reason = reason("Reason", required=False)

    def __init__(
        self, *args: Any, declared: Mapping[str, Mapping[str, Any]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, declaration in declared.items():
            field = _field(declaration)
            field.label, field.widget.attrs["class"] = name, "input"
            field.help_text = declaration.get("description", "")
            self.fields[PREFIX + name] = field
        self.order_fields([*(PREFIX + name for name in declared), "reason"])

    def parameters(self) -> dict[str, Any]:
        """The values that were given, in JSON's types."""
        given = {
            name.removeprefix(PREFIX): value
            for name, value in self.cleaned_data.items()
            if name.startswith(PREFIX) and value not in {None, ""}
        }
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in given.items()
        }


def _field(declaration: Mapping[str, Any]) -> forms.Field:
    """The input that suits a declared parameter."""
    given: dict[str, Any] = {
        "required": declaration.get("default") is None,
        "initial": declaration.get("default"),
    }
    kind, options = declaration["type"], declaration.get("enum")
    if options:
        return _choice([(option, option) for option in options], type(options[0]), given)
    if kind == "boolean":
        return _choice([(True, "yes"), (False, "no")], lambda text: text == "True", given)
    bounds = {"min": declaration.get("minimum"), "max": declaration.get("maximum")}
    shown = {name: bound for name, bound in bounds.items() if bound is not None}
    if kind == "integer":  # the bounds help to type; whether they are kept the operation says
        return forms.IntegerField(**given, widget=forms.NumberInput(attrs=shown))
    if kind == "number":
        return forms.FloatField(**given, widget=forms.NumberInput(attrs={"step": "any", **shown}))
    if kind == "date":
        return forms.DateField(**given, widget=forms.DateInput(attrs={"type": "date"}))
    return forms.CharField(**given)


def _choice(options: Sequence[tuple[Any, Any]], coerce: Any, given: dict[str, Any]) -> forms.Field:
    return forms.TypedChoiceField(choices=options, coerce=coerce, **given)


class AgainForm(Form):
    """Which version a person who runs it again wants, and why."""

    with_version = forms.ChoiceField(
        label="With", choices=[("live", "live"), ("same", "same")], widget=forms.RadioSelect
    )
    reason = reason("Why again?", help_text="It stands beside the new revision.", autofocus=True)


class CancelForm(Form):
    reason = reason("Reason", required=False)


class DeliverAgainForm(Form):
    reason = reason("Why again?", help_text="The client’s history shows it.", autofocus=True)


class CancelDeliveryForm(Form):
    reason = reason("Why not?", help_text="The client’s history shows it.", autofocus=True)
