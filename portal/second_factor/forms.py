"""What people type about second factors."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.accounts.models import User
from portal.forms import Form, reason


class AppForm(Form):
    """What the app shows, once it has read the picture."""

    code = forms.CharField(
        label="What the app shows",
        max_length=20,
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "input"}
        ),
        error_messages={"required": "Type the six digits that the app shows."},
    )


class KeyForm(Form):
    """A name for a key; what the browser says of it is filled in by the page."""

    name = forms.CharField(
        label="Name of the key",
        max_length=60,
        help_text="You tell it apart by this: “blue key”, “laptop”.",
        error_messages={"required": "Give it a name."},
    )
    answer = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20_000)


class PresentForm(Form):
    """The present password again, where there is one, before something is taken away."""

    current = forms.CharField(
        label="Your present password",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "input"}),
        error_messages={"required": "Type your present password."},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not user.has_usable_password():
            del self.fields["current"]


class ResetForm(Form):
    """Why somebody's second factors are taken away."""

    reason = reason("Why", help_text="How you know that it is them who asks.")
