"""What a person says about a deployment against the records."""

from __future__ import annotations

from django import forms

from observability.dora.models import Reclassification
from portal.forms import Form, reason

HELP = {
    Reclassification.What.NOT_A_FAILURE: "Whoever acted did not have to: it was fine.",
    Reclassification.What.FAILURE: "Someone had to act at once, and the records do not show it.",
    Reclassification.What.NOT_CAUSED_BY_A_CHANGE: (
        "Something failed, but not for what was deployed: no figure counts it as failed."
    ),
    Reclassification.What.PLANNED: "It was no rework, though it looks like it.",
    Reclassification.What.UNPLANNED: "It was made to mend what was live.",
}


class ReclassifyForm(Form):
    what = forms.ChoiceField(
        label="What was it?",
        choices=Reclassification.What.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it was."},
    )
    reason = reason("Why", help_text="It stands beside the figure and in the audit.")


class TakeBackForm(Form):
    """A yes, and nothing else."""
