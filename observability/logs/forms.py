"""Forms for searches that people keep."""

from __future__ import annotations

from typing import Any

from django import forms

from observability.logs.spans import PRESETS
from portal.accounts import access
from portal.accounts.models import Team, User
from portal.forms import Form

SPANS = [(name, label) for name, (_, label) in PRESETS.items()]


def _name() -> forms.CharField:
    words = {"required": "Give it a name to find it by."}
    return forms.CharField(label="Name", max_length=80, error_messages=words)


class SaveForm(Form):
    name = _name()
    query = forms.CharField(label="Query", required=False, max_length=1000)
    span = forms.ChoiceField(
        label="Time", choices=SPANS, error_messages={"required": "Choose a time."}
    )
    team: forms.ModelChoiceField[Team] = forms.ModelChoiceField(
        label="Share with",
        queryset=Team.objects.none(),
        required=False,
        to_field_name="name",
        empty_label="Nobody: it is mine",
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = access.teams_where(by, "log_search.share").order_by(  # type: ignore[attr-defined]
            "name"
        )


class RenameForm(Form):
    name = _name()


class RemoveForm(Form):
    """A yes, and nothing else."""
