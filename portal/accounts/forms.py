"""What people type about tokens."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from portal.accounts.models import Scope
from portal.forms import Form

DAYS = ((7, "A week"), (30, "A month"), (90, "Three months"), (365, "A year"))


class TokenForm(Form):
    """A new token: what for, what it may do at most, until when."""

    name = forms.CharField(
        label="What for",
        max_length=80,
        help_text="The program that will use it: you revoke it by this name.",
        error_messages={"required": "Name the program that will use it."},
    )
    scopes = forms.MultipleChoiceField(
        label="What it may do at most",
        choices=Scope.choices,
        initial=[Scope.READ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one."},
    )
    days = forms.TypedChoiceField(label="Ends after", choices=DAYS, coerce=int, initial=90)

    def given(self) -> dict[str, Any]:
        """The arguments of the operation."""
        return {
            "name": self.cleaned_data["name"],
            "scopes": self.cleaned_data["scopes"],
            "expires_at": self.expiry(timezone.now()),
        }

    def expiry(self, now: datetime) -> datetime:
        return now + timedelta(days=self.cleaned_data["days"])


class ConfirmForm(Form):
    """Nothing to fill in: a yes."""
