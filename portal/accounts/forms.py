"""What people type about tokens, teams and who is in them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from portal.accounts.models import Role, Scope, Team, User
from portal.forms import Form, OfWhatStands

DAYS = ((7, "A week"), (30, "A month"), (90, "Three months"), (365, "A year"))
ROLES = (
    (Role.VIEWER, "Viewer", "Reads its logs, and rows where the team may see rows."),
    (Role.DEVELOPER, "Developer", "Also registers, runs, deploys and rolls back."),
    (
        Role.MAINTAINER,
        "Maintainer",
        "Also approves, rejects, says where things are, who may use them, and who is in the team.",
    ),
)


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


class TeamForm(Form):
    """What a team is called, and what it does."""

    title = forms.CharField(
        label="Title", max_length=120, required=False, help_text="Beside its name, which stays."
    )
    description = forms.CharField(
        label="What it does",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input"}),
        help_text="A sentence or two. It is searched.",
    )


class ChangeTeamForm(OfWhatStands, TeamForm):
    """The same, of one that there is."""


class NewTeamForm(TeamForm):
    """The same, and the name by which files and programs know it."""

    name = forms.CharField(
        label="Name",
        max_length=60,
        help_text="Lower-case letters, digits and hyphens. Files name it, so it stays.",
        widget=forms.TextInput(
            attrs={"autofocus": True, "spellcheck": "false", "placeholder": "airline-data"}
        ),
    )
    field_order = ("name", "title", "description")


def _role() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Role",
        choices=[(value, label) for value, label, _ in ROLES],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a role."},
    )


class RoleForm(Form):
    """What somebody may do in a team."""

    role = _role()


class MemberForm(Form):
    """Who comes in, and as what."""

    user = forms.CharField(
        label="Who",
        max_length=60,
        help_text="Begin with the name to sign in with.",
        widget=forms.TextInput(
            attrs={
                "list": "people",
                "autofocus": True,
                "autocomplete": "off",
                "spellcheck": "false",
            }
        ),
    )
    role = _role()

    def clean_user(self) -> User:
        name = self.cleaned_data["user"].strip().lower()
        found = User.objects.filter(username=name).first()
        if found is None:
            raise forms.ValidationError(
                f"There is nobody called “{name}”. Someone with the platform role can let them in."
            )
        return found


class JoinForm(Form):
    """Which team somebody comes into, and as what."""

    team = forms.ModelChoiceField(
        Team.objects.order_by("name"),
        label="Team",
        to_field_name="name",
        empty_label="Choose a team",
    )
    role = _role()
