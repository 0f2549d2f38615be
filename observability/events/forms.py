"""What people say when they make a source, and when they say what a name means."""

from __future__ import annotations

from typing import Any

from django import forms

from observability.events.models import EventSource, Meaning
from portal import navigation
from portal.forms import Form

EVERYONE = ""


class NewSourceForm(Form):
    """Who sends, and for whom it may speak."""

    name = forms.CharField(
        label="Name",
        max_length=48,
        help_text="Lower-case letters, digits and hyphens. It stands in the address, so it stays.",
        widget=forms.TextInput(attrs={"autofocus": True, "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(label="What sends", choices=EventSource.Kind.choices)
    team = forms.CharField(
        label="For whose components it speaks", required=False, widget=forms.Select
    )

    def __init__(self, *args: Any, teams: list[str], is_platform: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        all_of_them = [(EVERYONE, "Every team’s")] if is_platform else []
        choices = [*all_of_them, *((name, name) for name in teams)]
        self.fields["team"].widget.choices = choices


class MeaningForm(Form):
    """A name outside, and the name here."""

    what = forms.ChoiceField(label="It is", choices=Meaning.What.choices)
    outside = forms.CharField(
        label="The name as it is sent",
        max_length=200,
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
    )
    inside = forms.CharField(
        label="The name here",
        max_length=60,
        widget=forms.TextInput(attrs={"spellcheck": "false", "list": "names-here"}),
    )

    @staticmethod
    def environments() -> list[str]:
        return [name for name, _ in navigation.environments()]


class ConfirmForm(Form):
    """Nothing but the button."""
