"""Where a catalog comes from, a file to look at or to send, and confirmations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from portal.entities.models import CatalogSource
from portal.forms import Form

ALL = ""
FILE_HELP = "At most 8 MB; several entities with --- between them."


class NewSourceForm(Form):
    """A repository, or a file that is sent."""

    name = forms.CharField(max_length=48, widget=forms.TextInput(attrs={"spellcheck": "false"}))
    kind = forms.ChoiceField(label="What it is", choices=CatalogSource.Kind.choices)
    # Who names another team is refused by the operation, which says who can.
    team = forms.CharField(label="Speaks for", required=False, widget=forms.Select)
    repository = forms.CharField(
        max_length=400,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "https://git.example.com/acme/catalog.git"}),
    )
    branch = forms.CharField(
        max_length=120,
        required=False,
        help_text="Empty: the one that the repository calls its own.",
    )
    path = forms.CharField(
        label="First file",
        max_length=200,
        required=False,
        help_text="A path, or a pattern such as **/catalog-info.yaml.",
    )
    every_minutes = forms.IntegerField(
        label="Read every so many minutes", initial=15, min_value=1, max_value=10_080
    )
    secret = forms.CharField(
        label="Token that may read it",
        max_length=4000,
        required=False,
        help_text="Where it is not open to everyone. Kept encrypted.",
        widget=forms.PasswordInput(attrs={"class": "input", "autocomplete": "off"}),
    )
    hosts = forms.CharField(
        label="Other hosts that it may read from",
        max_length=2000,
        required=False,
        help_text="For locations and $text elsewhere: a name each, such as raw.example.com.",
    )

    def __init__(self, *args: Any, teams: Iterable[str], is_platform: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everyone = [(ALL, "Every team")] if is_platform else []
        self.fields["team"].widget.choices = [*everyone, *((name, name) for name in teams)]
        if not is_platform:
            del self.fields["hosts"]

    def clean_hosts(self) -> list[str]:
        return str(self.cleaned_data["hosts"]).replace(",", " ").split()


class FileForm(Form):
    """A descriptor's file."""

    file = forms.FileField(label="File", help_text=FILE_HELP)


class ConfirmForm(Form):
    """Nothing to fill in: the button is the yes."""


class NameForm(Form):
    """The source's name once more, and which orphans were seen."""

    confirm = forms.CharField(label="Its name", max_length=60)
    seen = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
