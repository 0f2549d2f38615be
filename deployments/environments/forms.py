"""What an environment is, and how many have to agree there, and why."""

from __future__ import annotations

from django import forms

from deployments.environments.operations import MOST
from portal.forms import Form, OfWhatStands, reason


class EnvironmentForm(Form):
    """What it is called, where it stands on the way, and whether clients are served from there."""

    title = forms.CharField(
        label="Title", max_length=120, required=False, help_text="Beside its name, which stays."
    )
    order = forms.IntegerField(
        label="Place on the way",
        min_value=0,
        max_value=MOST,
        help_text="A number: versions are promoted from smaller to larger. Leave gaps.",
    )
    is_production = forms.BooleanField(
        label="Clients are served from there",
        required=False,
        help_text="It is marked as production, counts for DORA, and others must not share its "
        "addresses. Schedules of files run there: they begin and end with this.",
    )
    reason = reason(
        "Why",
        required=False,
        help_text="Needed where production comes after another environment by it.",
    )


class ChangeEnvironmentForm(OfWhatStands, EnvironmentForm):
    """The same, of one that there is."""


class NewEnvironmentForm(EnvironmentForm):
    """The same, its name, and how many have to agree."""

    name = forms.CharField(
        label="Name",
        max_length=60,
        help_text="Lower-case letters, digits and hyphens. Files name it, so it stays.",
        widget=forms.TextInput(
            attrs={"autofocus": True, "spellcheck": "false", "placeholder": "staging"}
        ),
    )
    approvals = forms.IntegerField(
        label="Others who have to agree", min_value=0, max_value=10, initial=0
    )
    field_order = ("name", "title", "order", "approvals", "is_production", "reason")


class ApprovalsForm(OfWhatStands):
    """Another number of approvals."""

    approvals = forms.IntegerField(label="Others who have to agree", min_value=0, max_value=10)
    reason = reason("Why", help_text="It stands in the audit, with the number before and after.")
