"""What people say when they deploy, decide, roll back, pause or reject."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from django import forms

from portal.files import document
from portal.files.events import Unreadable
from portal.files.findings import Finding
from portal.forms import Form, reason


class DeployForm(Form):
    """A yes to a plan. The digest says which plan was seen."""

    release = forms.IntegerField(widget=forms.HiddenInput)
    environment = forms.CharField(widget=forms.HiddenInput)
    plan_digest = forms.CharField(widget=forms.HiddenInput)
    reason = reason("Reason", required=False)
    fixes = forms.IntegerField(
        label="Fixes deployment",
        required=False,
        min_value=1,
        help_text="Its number, where one failed and this is the fix: DORA counts both as such.",
        widget=forms.NumberInput(attrs={"class": "input input-short", "placeholder": "12"}),
    )


class ApproveForm(Form):
    """A yes to what is asked for. The digest says which plan was seen."""

    plan_digest = forms.CharField(widget=forms.HiddenInput, required=False)
    note = reason(
        "Note", required=False, help_text="What you looked at; it stands beside your name."
    )


class RefuseForm(Form):
    note = reason("Why not", help_text="Whoever asked has to know what to change.")


class AbortForm(Form):
    reason = reason("Reason", required=False)


class ConfigureForm(Form):
    """What an environment sets, as text that people can read. The digest says which plan was seen.

    The text follows the rules for files, see portal/files/document.py.
    """

    plan_digest = forms.CharField(widget=forms.HiddenInput, required=False)
    values = forms.CharField(
        label="What this environment sets",
        required=False,
        help_text="`schedule`, `parameters` and `limits`, as YAML. What is left out is as in the "
        "file.",
        widget=forms.Textarea(
            attrs={"rows": 12, "class": "input input-mono", "spellcheck": "false"}
        ),
    )
    reason = reason("Reason", required=False)

    def clean_values(self) -> dict[str, Any]:
        """A mapping; else what to mend, and where."""
        text = self.cleaned_data["values"]
        if not text.strip():
            return {}
        try:
            found = document.read(text)
        except Unreadable as unreadable:
            raise forms.ValidationError(_placed(unreadable.finding)) from unreadable
        if found.findings:
            raise forms.ValidationError([_placed(finding) for finding in found.findings])
        if found.data is None:
            return {}
        if not isinstance(found.data, dict):
            raise forms.ValidationError("Write names with values, such as `limits:`.")
        return found.data


def _placed(finding: Finding) -> str:
    at = f"Line {finding.line}, column {finding.column}: " if finding.line else ""
    return f"{at}{finding.message}"


def shown(values: Mapping[str, Any]) -> str:
    """Values as the form shows them; "" for none."""
    return yaml.safe_dump(dict(values), sort_keys=False, allow_unicode=True) if values else ""


class AdvanceForm(Form):
    """A yes, and nothing else."""


class RollBackForm(Form):
    """Where to go back to, from what, and what was seen."""

    release = forms.ChoiceField(
        label="Back to",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose where to go back to."},
    )
    reason = reason(
        "What did you see?", help_text="Whoever is on call next will read this.", autofocus=True
    )
    leaves = forms.IntegerField(required=False, widget=forms.HiddenInput)
    evidence = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def offer(self, pairs: Iterable[str]) -> None:
        """The pairs that are a way back, such as "v2 with c1"."""
        field = self.fields["release"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(pair, pair) for pair in pairs]


class PauseForm(Form):
    reason = reason("Why", help_text="No new run starts here until someone resumes it.")


class ResumeForm(Form):
    """A yes, and nothing else."""


class RejectForm(Form):
    reason = reason(
        "What is wrong with it?",
        help_text="It stands on every page where someone could deploy this version.",
        autofocus=True,
    )


class LiftForm(Form):
    reason = reason("Why may it be used after all?", autofocus=True)
