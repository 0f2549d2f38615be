"""Which team claims; why it is let go."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from portal.accounts.models import Team, User
from portal.claims import queries
from portal.forms import Form, reason


class ClaimForm(Form):
    """For which of one's teams."""

    team = forms.ModelChoiceField(
        Team.objects.none(), label="Team", to_field_name="name", empty_label="Choose a team"
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = queries.teams(by)
        # Who names another team is refused by the operation, which says who can.
        field = cast("forms.ModelChoiceField[Team]", self.fields["team"])
        field.queryset = Team.objects.all()
        field.choices = [("", "Choose a team"), *((team.name, team.name) for team in teams)]
        if not self.is_bound and len(only := list(teams[:2])) == 1:
            self.initial["team"] = only[0]


class LetGoForm(Form):
    """Why nobody answers for it any longer."""

    reason = reason("Why", help_text="Whoever looks for an owner reads it.")
