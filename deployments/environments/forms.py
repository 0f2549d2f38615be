"""How many have to agree, and why."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.forms import Form, reason
from portal.seen import on_page


class ApprovalsForm(Form):
    """Another number of approvals. `seen` says which rule the page showed."""

    approvals = forms.IntegerField(label="Others who have to agree", min_value=0, max_value=10)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = reason("Why", help_text="It stands in the audit, with the number before and after.")

    def given(self) -> dict[str, Any]:
        """What the operation takes."""
        return {**self.cleaned_data, "seen": on_page(self.cleaned_data["seen"])}
