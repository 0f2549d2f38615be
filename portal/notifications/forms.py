"""How one is told: the way, the kinds, what is followed, where teams read together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField

from portal.accounts.models import Team
from portal.catalog.models import Component
from portal.forms import Form
from portal.notifications.models import Kind, Preference
from portal.notifications.operations.connecting import USUAL


class WaysForm(Form):
    """A line for each kind: in the page, by mail. Kept is what is switched off."""

    mail = forms.ChoiceField(
        label="Mail comes", choices=Preference.Mail.choices, widget=forms.RadioSelect
    )
    page_on = forms.MultipleChoiceField(
        label="In the page",
        choices=Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    mail_on = forms.MultipleChoiceField(
        label="By mail", choices=Kind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    @classmethod
    def of(cls, wish: Preference) -> WaysForm:
        """As it is now."""
        return cls(
            initial={
                "mail": wish.mail,
                "page_on": [kind for kind in Kind.values if kind not in wish.page_off],
                "mail_on": [kind for kind in Kind.values if kind not in wish.mail_off],
            }
        )

    def lines(self) -> Iterator[tuple[str, Any, Any]]:
        """(kind in words, box for the page, box for mail)"""
        boxes = zip(self["page_on"], self["mail_on"], strict=True)
        return ((shown.choice_label, shown, mailed) for shown, mailed in boxes)

    def given(self) -> dict[str, Any]:
        """The arguments of the operation."""
        return {
            "mail": self.cleaned_data["mail"],
            "page_off": _others(self.cleaned_data["page_on"]),
            "mail_off": _others(self.cleaned_data["mail_on"]),
        }


def _others(kinds: list[str]) -> list[str]:
    return [kind for kind in Kind.values if kind not in kinds]


class AddressForm(Form):
    address = forms.EmailField(
        label="Your address",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": "This is not a mail address."},
    )


class ConfirmForm(Form):
    """Nothing to fill in: a yes. The token says whose and where."""

    token = forms.CharField(widget=forms.HiddenInput)


class FollowForm(Form):
    """What to follow; each field that is filled in narrows it down."""

    reader = forms.ChoiceField(label="Tell")
    component = forms.ModelChoiceField(
        Component.objects.order_by("name"),
        to_field_name="name",
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "list": "offered-component"}
        ),
        error_messages={"invalid_choice": "There is no component of this name."},
    )
    team = forms.ModelChoiceField(
        Team.objects.order_by("name"),
        to_field_name="name",
        required=False,
        label="Components of the team",
        empty_label="Any team",
    )
    client = forms.CharField(
        required=False,
        max_length=60,
        label="What the client receives",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(
        required=False, label="Only when", choices=[("", "Anything happens"), *Kind.choices]
    )

    def __init__(self, *args: Any, channels: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="follow_%s", **kwargs)
        self.channels = {str(channel.pk): channel for channel in channels}
        choices = [("", "Me")]
        choices += [(key, f"{one.team.name}: {one.title}") for key, one in self.channels.items()]
        reader: Any = self.fields["reader"]
        reader.required, reader.choices = False, choices

    @property
    def wide(self) -> list[BoundField]:
        return [self["component"], self["team"], self["client"], self["kind"]]

    def given(self) -> dict[str, Any]:
        """The arguments of the operation."""
        named = ("component", "team", "client", "kind")
        return {
            **{key: self.cleaned_data[key] for key in named},
            "channel": self.channels.get(self.cleaned_data["reader"]),
        }


class ChannelForm(Form):
    """Where a team reads together."""

    team = forms.ModelChoiceField(
        Team.objects.order_by("name"), to_field_name="name", label="Team", empty_label=None
    )
    address = forms.CharField(
        label="Address",
        max_length=600,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=(
            "The incoming webhook as Mattermost, Slack or Teams shows it, or an address of "
            "apprise such as `mmosts://host/token`. It is kept encrypted and never shown again."
        ),
    )
    title = forms.CharField(
        label="What you call it", required=False, max_length=80, help_text="Such as `#data-alerts`."
    )
    kinds = forms.MultipleChoiceField(
        label="It hears when",
        choices=[choice for choice in Kind.choices if choice[0] != Kind.FEEDBACK_ANSWERED],
        initial=list(USUAL),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, teams: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="channel_%s", **kwargs)
        # Offered are those that one maintains; of others the operation says who can.
        self.fields["team"].widget.choices = [(team.name, team.title) for team in teams]


class YesForm(Form):
    """Nothing to fill in."""
