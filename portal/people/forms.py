"""What the platform team says of people: who comes in, what they are called, who runs it, too."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.conf import settings

from portal.forms import Form, OfWhatStands, reason
from portal.names import SLUG_HINT

OURS = {"autocomplete": "off", "spellcheck": "false"}


class PersonForm(Form):
    """What somebody is called, and where mail reaches them."""

    full_name = forms.CharField(
        label="Full name", max_length=120, widget=forms.TextInput(attrs={"autofocus": True, **OURS})
    )
    email = forms.EmailField(
        label="Mail",
        max_length=254,
        required=False,
        help_text="Proposed to them for notifications; where those go, they confirm.",
        error_messages={"invalid": "Write an address such as mira@example.com."},
    )


class ChangePersonForm(OfWhatStands, PersonForm):
    """The same, of somebody who is there."""


class NewPersonForm(PersonForm):
    """Somebody who comes in: by which name, and with which first password."""

    username = forms.CharField(
        label="Name to sign in with",
        max_length=60,
        help_text=f"It stays: {SLUG_HINT}.",
        widget=forms.TextInput(attrs=OURS),
    )
    password = forms.CharField(
        label="First password",
        max_length=200,
        required=False,
        strip=False,
        widget=forms.TextInput(attrs={"class": "input input-mono", **OURS}),
    )
    is_platform = forms.BooleanField(
        label="With the platform role",
        required=False,
        help_text="May do everything but see rows: people, teams, environments, settings.",
    )
    field_order = ("full_name", "username", "email", "password", "is_platform")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["password"]
        if settings.PASSWORDS_FOR == "nobody":
            del self.fields["password"]
        elif settings.PASSWORDS_FOR == "platform":
            field.help_text = f"Only for the platform role; others come by {settings.OIDC_NAME}."
        else:
            field.initial = fresh_password()
            field.help_text = (
                "Made just now: give it to them in person, and they choose another on their "
                "account page. Without one they can't sign in until it is set."
            )

    def given(self) -> dict[str, Any]:
        """What the operation takes: no password is None."""
        return {**self.cleaned_data, "password": self.cleaned_data.get("password") or None}


class RoleForm(Form):
    """The platform role, given or taken as the page offered it: why."""

    to = forms.ChoiceField(choices=[("platform", ""), ("none", "")], widget=forms.HiddenInput)
    reason = reason("Why", help_text="It stands in the audit.")


class SwitchForm(Form):
    """Out, or in again, as the page offered it."""

    to = forms.ChoiceField(choices=[("on", ""), ("off", "")], widget=forms.HiddenInput)
    reason = reason("Why", help_text="It stands in the audit.", required=False)


class SignOffForm(Form):
    """That one reviewed what the page showed, and a word about it."""

    digest = forms.CharField(max_length=64, widget=forms.HiddenInput)
    note = reason("Note", help_text="What was found and done about it.", required=False)


class PasswordForm(Form):
    """Another password: of somebody else one made just now, of oneself with the present one."""

    current = forms.CharField(
        label="Present password",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(
            attrs={"class": "input", "autocomplete": "current-password", "autofocus": True}
        ),
    )
    password = forms.CharField(
        label="New password",
        max_length=200,
        strip=False,
        help_text="Long, and not one that others use, too.",
        widget=forms.PasswordInput(attrs={"class": "input", "autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, is_own: bool, has_one: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not (is_own and has_one):
            del self.fields["current"]
        if not is_own:
            field = self.fields["password"]
            field.initial = fresh_password()
            field.help_text = "Made just now: give it to them in person."
            field.widget = forms.TextInput(attrs={"class": "input input-mono", **OURS})


def fresh_password() -> str:
    """One that nobody guesses, in groups that can be read aloud."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    groups = ("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))
    return "-".join(groups)
