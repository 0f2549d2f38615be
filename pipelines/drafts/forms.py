"""What people say when they begin a draft or put one away."""

from __future__ import annotations

from typing import Any

from django import forms

from pipelines.runs.forms import StartForm
from portal.accounts.models import Team
from portal.forms import Form


class BeginForm(Form):
    """A title and a team; `change` or `copy` names the version that it begins from.

    `another` is the yes to one more draft beside those that change this version already.
    """

    title = forms.CharField(label="Title", max_length=120, required=False)
    team = forms.CharField(label="Team", widget=forms.Select)
    change = forms.UUIDField(required=False, widget=forms.HiddenInput)
    copy = forms.UUIDField(required=False, widget=forms.HiddenInput)
    another = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, teams: list[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Others are not offered; whoever names one all the same is told why not by the operation.
        choices = [(team.name, team.name) for team in teams]
        self.fields["team"].widget.choices = choices
        self.fields["title"].widget.attrs |= {
            "placeholder": "Carrier punctuality, weekly",
            "autofocus": True,
        }


class ParametersForm(StartForm):
    """Values for a preview, as for a run; there is nothing to give a reason for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["reason"]
        for field in self.fields.values():
            field.widget.attrs |= {"form": "query-form", "data-own": True}


class YesForm(Form):
    """Only the button: what it does stands beside it."""


class ReviewForm(Form):
    """What is done with what is registered, and the revision that was looked at."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    message = forms.CharField(
        label="What changes, in a sentence",
        max_length=500,
        required=False,
        help_text="Whoever compares versions or approves this reads it.",
    )
    environment = forms.ChoiceField(label="Deploy to", required=False)
    is_run = forms.BooleanField(label="Run it once as soon as it is live", required=False)
    is_scheduled = forms.BooleanField(label="Run it by its schedule there, too", required=False)

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["environment"].choices = places  # type: ignore[attr-defined]
