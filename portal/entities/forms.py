"""Where a catalog comes from, a file to look at or to send, and confirmations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from portal.entities.models import CatalogSource
from portal.forms import Form, OfWhatStands

ALL = ""
FILE_HELP = "At most 8 MB; several entities with --- between them."


class PlaceForm(Form):
    """Where a source is, how often it is read, and with what."""

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

    def __init__(self, *args: Any, is_platform: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_platform:
            del self.fields["hosts"]

    def clean_hosts(self) -> list[str]:
        return str(self.cleaned_data["hosts"]).replace(",", " ").split()


class NewSourceForm(PlaceForm):
    """A repository, or a file that is sent."""

    name = forms.CharField(max_length=48, widget=forms.TextInput(attrs={"spellcheck": "false"}))
    kind = forms.ChoiceField(label="What it is", choices=CatalogSource.Kind.choices)
    # Who names another team is refused by the operation, which says who can.
    team = forms.CharField(label="Speaks for", required=False, widget=forms.Select)
    field_order = ("name", "kind", "team")

    def __init__(self, *args: Any, teams: Iterable[str], is_platform: bool, **kwargs: Any) -> None:
        super().__init__(*args, is_platform=is_platform, **kwargs)
        everyone = [(ALL, "Every team")] if is_platform else []
        self.fields["team"].widget.choices = [*everyone, *((name, name) for name in teams)]


class ChangeSourceForm(OfWhatStands, PlaceForm):
    """What a source is now; an empty token leaves the one that is there."""

    forget = forms.BooleanField(
        label="Read it without a token",
        required=False,
        help_text="The token that is kept now is deleted.",
    )

    def __init__(self, *args: Any, source: CatalogSource, **kwargs: Any) -> None:
        now = {name: getattr(source, name) for name in ("repository", "branch", "path")}
        more = {"every_minutes": source.every_minutes, "hosts": " ".join(source.hosts)}
        super().__init__(*args, initial=now | more, **kwargs)
        if source.kind == CatalogSource.Kind.FILE:
            for name in self.fields.keys() - {"hosts", "seen"}:
                del self.fields[name]
        elif source.secret:
            help_text = "Leave empty to keep the one that is there. For another repository give one"
            self.fields["secret"].help_text = f"{help_text} again. Kept encrypted."
        else:
            del self.fields["forget"]

    def given(self) -> dict[str, Any]:
        """What the operation wants."""
        cleaned = dict(self.cleaned_data)
        is_forgotten = cleaned.pop("forget", False)
        secret = cleaned.pop("secret", "") or ("" if is_forgotten else None)
        return {**cleaned, "secret": secret}


class FileForm(Form):
    """A descriptor's file."""

    file = forms.FileField(label="File", help_text=FILE_HELP)


class ConfirmForm(Form):
    """Nothing to fill in: the button is the yes."""


class NameForm(Form):
    """The source's name once more, and which orphans were seen."""

    confirm = forms.CharField(label="Its name", max_length=60)
    seen = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
