"""How many have to agree, and why."""

from __future__ import annotations

from django import forms

from portal.forms import Form, reason


class ApprovalsForm(Form):
    """Another number of approvals. `seen` is the one that the page showed."""

    approvals = forms.IntegerField(label="Others who have to agree", min_value=0, max_value=10)
    seen = forms.IntegerField(widget=forms.HiddenInput)
    reason = reason("Why", help_text="It stands in the audit, with the number before and after.")
