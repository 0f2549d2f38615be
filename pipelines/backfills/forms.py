"""What people say when they run over a range of due times, and when they stop it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from django import forms
from django.conf import settings

from pipelines.backfills.models import Backfill
from pipelines.transformations.schedules import timezone_problems
from portal.forms import Form, reason
from portal.instants import sensible

AT = "%Y-%m-%dT%H:%M"


class BackfillForm(Form):
    """Which due times, what to do about each, and where its results go."""

    environment = forms.CharField(widget=forms.HiddenInput)
    start = forms.DateTimeField(
        label="From",
        input_formats=[AT, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"],
        validators=[sensible],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=AT),
    )
    end = forms.DateTimeField(
        label="Through (inclusive)",
        input_formats=[AT, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"],
        validators=[sensible],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=AT),
    )
    which = forms.ChoiceField(
        label="Which due times", choices=Backfill.Which.choices, widget=forms.RadioSelect
    )
    delivering = forms.ChoiceField(
        label="Results",
        choices=[("yes", "Deliver them"), ("no", "Only stage them, deliver nothing")],
        widget=forms.RadioSelect,
    )
    concurrency = forms.IntegerField(
        label="At a time", widget=forms.NumberInput(attrs={"min": 1, "max": 16})
    )
    order = forms.ChoiceField(
        label="Order", choices=[("oldest", "Oldest first"), ("newest", "Newest first")]
    )
    cron = forms.CharField(
        label="Due times",
        help_text="A cron expression: minute, hour, day, month, day of the week.",
        widget=forms.TextInput(attrs={"class": "input input-mono", "spellcheck": "false"}),
    )
    timezone = forms.CharField(label="Time zone")
    parameters = forms.CharField(
        label="Parameters",
        required=False,
        help_text="As YAML; `{logical_date}` and its kin are filled in for each due time.",
        widget=forms.Textarea(
            attrs={"rows": 3, "class": "input input-mono", "spellcheck": "false"}
        ),
    )
    reason = reason("Why", help_text="It stands beside each of these runs.", required=False)
    plan_digest = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_timezone(self) -> str:
        name = str(self.cleaned_data["timezone"])
        for problem in timezone_problems(name):
            raise forms.ValidationError(problem)
        return name

    def clean_parameters(self) -> dict[str, Any]:
        """A mapping; else what to mend."""
        try:
            values = yaml.safe_load(self.cleaned_data["parameters"]) or {}
        except yaml.YAMLError as error:
            raise forms.ValidationError("Write names with values, such as `month: 3`.") from error
        if not isinstance(values, dict):
            raise forms.ValidationError("Write names with values, such as `month: 3`.")
        return values

    def wanted(self) -> dict[str, Any]:
        """As the operation and the plan take it; local times become instants."""
        given = self.cleaned_data
        zone = ZoneInfo(given["timezone"])
        return {
            "start_at": _instant(given["start"], zone),
            "end_at": _instant(given["end"], zone),
            "which": given["which"],
            "is_delivering": given["delivering"] == "yes",
            "is_newest_first": given["order"] == "newest",
            "concurrency": given["concurrency"],
            "cron": given["cron"],
            "timezone": given["timezone"],
            "parameters": given["parameters"],
        }


def _instant(read: datetime, zone: ZoneInfo) -> datetime:
    """What the browser sends is a reading of the clock over there."""
    return read.replace(tzinfo=zone)


def most_beside() -> int:
    """How many runs all backfills together may have on their way here."""
    return int(settings.BACKFILL_SLOTS)


class PauseForm(Form):
    reason = reason("Reason", required=False)


class ResumeForm(Form):
    """A yes, and nothing else."""


class CancelForm(Form):
    reason = reason("Reason", required=False)
