"""What people say when they deploy, decide, roll back, pause or reject."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms

from portal.forms import Form, reason


class DeployForm(Form):
    """A yes to a plan. The digest says which plan was seen."""

    release = forms.IntegerField(widget=forms.HiddenInput)
    environment = forms.CharField(widget=forms.HiddenInput)
    plan_digest = forms.CharField(widget=forms.HiddenInput)
    reason = reason("Reason", required=False)


class ApproveForm(Form):
    note = reason(
        "Note", required=False, help_text="What you looked at; it stands beside your name."
    )


class RefuseForm(Form):
    note = reason("Why not", help_text="Whoever asked has to know what to change.")


class AbortForm(Form):
    reason = reason("Reason", required=False)


class AdvanceForm(Form):
    """A yes, and nothing else."""


class RollBackForm(Form):
    """Where to go back to, and what was seen."""

    release = forms.TypedChoiceField(
        label="Back to",
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose where to go back to."},
    )
    reason = reason(
        "What did you see?", help_text="The next person at night reads it.", autofocus=True
    )

    def offer(self, numbers: Iterable[int]) -> None:
        """The releases that are a way back."""
        field = self.fields["release"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(number, f"v{number}") for number in numbers]


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
