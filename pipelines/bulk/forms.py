"""What to do to which runs or deliveries, and why."""

from __future__ import annotations

from typing import Any

from django import forms

from deployments.environments import queries as environments
from pipelines.bulk.models import BulkAction
from portal.accounts.models import Team
from portal.forms import Form, reason
from portal.instants import sensible


class SelectForm(Form):
    """Which: all fields narrow it down."""

    verb = forms.ChoiceField(label="Do", choices=BulkAction.Verb.choices)
    team = forms.ChoiceField(label="Team", required=False)
    component = forms.CharField(label="Component", required=False, max_length=60)
    environment = forms.ChoiceField(label="Environment", required=False)
    client = forms.CharField(label="Client", required=False, max_length=60)
    since = forms.DateTimeField(
        label="Since (UTC)",
        required=False,
        validators=[sensible],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    until = forms.DateTimeField(
        label="Until (UTC)",
        required=False,
        validators=[sensible],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = Team.objects.order_by("name").values_list("name", flat=True)
        self._offer("team", "All teams", list(teams))
        self._offer("environment", "All", [one.name for one in environments.environments()])

    def _offer(self, name: str, every: str, names: list[str]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", every), *((one, one) for one in names)]

    @property
    def selection(self) -> dict[str, Any]:
        """What it narrows down to, without the verb."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "verb"}
        return {name: value for name, value in given.items() if value}


class DoForm(Form):
    """The list that was seen, and why."""

    digest = forms.CharField(widget=forms.HiddenInput)
    reason = reason("Why", help_text="It stands beside each of them, with your name.")


class StopForm(Form):
    """Nothing is asked but the word."""

    yes = forms.CharField(widget=forms.HiddenInput, initial="yes")
