"""What people say when they bind a name to a place: by its kind."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms

from pipelines.connections import change_operations, hooks, kinds, operations
from pipelines.connections.models import Binding, Connection, Destination, Kind
from pipelines.connections.queries import Thing
from portal.accounts.models import Grant, Team
from portal.forms import Form, OfWhatStands, reason

PREFIX = "options."  # as the operation names a field that it refuses
USES: dict[str, tuple[tuple[str, str, str], ...]] = {
    Grant.Kind.CONNECTION: (
        (Grant.Use.USE, "Use it", "Its transformations may read it; nobody sees rows by that."),
        (Grant.Use.ROWS, "See rows", "Its people may look at rows, in previews and results."),
    ),
    Grant.Kind.CLIENT: ((Grant.Use.USE, "Deliver to it", ""),),
    Grant.Kind.DESTINATION: ((Grant.Use.USE, "Send there", ""),),
}


class BindForm(OfWhatStands):
    """Address, secret, region, and the options of the kind; those of the platform are shown."""

    address = forms.CharField(max_length=400)
    secret = forms.CharField(max_length=4000, required=False, strip=False)
    region = forms.CharField(
        max_length=40,
        required=False,
        help_text="Where it is, if your rules ask for it: eu, for example.",
    )

    def __init__(
        self,
        *args: Any,
        thing: Connection | Destination,
        held: Binding | None,
        is_platform: bool,
        address: str,
        **kwargs: Any,
    ) -> None:
        asked = kinds.asked(thing.kind, is_source=isinstance(thing, Connection))
        given = {"address": address, "region": held.region} if held else {}
        facts = operations.facts_of(held) if held else None
        super().__init__(*args, facts=facts, initial=given, **kwargs)
        self._address(asked)
        self._secret(asked, thing, held)
        for option in asked.options:
            self.fields[PREFIX + option.name] = _option(option, held, is_platform=is_platform)

    def numbers(self) -> list[forms.BoundField]:
        """The bounds among the options."""
        return [self[name] for name in self._options() if not _is_switch(self.fields[name])]

    def switches(self) -> list[forms.BoundField]:
        """What is allowed or not."""
        return [self[name] for name in self._options() if _is_switch(self.fields[name])]

    def _options(self) -> list[str]:
        return [name for name in self.fields if name.startswith(PREFIX)]

    def given(self) -> dict[str, Any]:
        """What the operation wants: an empty secret leaves the one that is there."""
        cleaned = self.cleaned_data
        options = {
            name.removeprefix(PREFIX): value
            for name, value in cleaned.items()
            if name.startswith(PREFIX) and value is not None
        }
        return {
            "address": cleaned["address"],
            "secret": cleaned.get("secret") or None,
            "region": cleaned["region"],
            "options": options,
            "seen": cleaned["seen"],
        }

    def _address(self, asked: kinds.Asked) -> None:
        field = self.fields["address"]
        field.label, field.help_text = asked.address, asked.hint
        field.widget.attrs |= {
            "class": "input input-mono",
            "placeholder": asked.example,
            "spellcheck": "false",
            "autofocus": True,
        }

    def _secret(
        self, asked: kinds.Asked, thing: Connection | Destination, held: Binding | None
    ) -> None:
        if not asked.secret:
            del self.fields["secret"]
            return
        field = self.fields["secret"]
        field.label, field.help_text = asked.secret, asked.secret_hint
        field.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
        if held and held.secret:
            field.help_text = f"Leave empty to keep the one that is there. {asked.secret_hint}"
        elif thing.kind == Kind.WEBHOOK:
            field.initial = hooks.secret(secrets.token_bytes(32))
            field.help_text = f"Made just now: copy it for the client. {asked.secret_hint}"
        if thing.kind != Kind.WEBHOOK:
            field.widget = forms.PasswordInput(attrs={**field.widget.attrs, "class": "input"})


def _is_switch(field: forms.Field) -> bool:
    return isinstance(field, forms.BooleanField)


def _option(option: kinds.Option, held: Binding | None, *, is_platform: bool) -> forms.Field:
    set_to = held.options.get(option.name) if held else None
    more: dict[str, Any] = {
        "label": option.label,
        "help_text": option.hint,
        "required": False,
        "disabled": option.is_platform and not is_platform,
    }
    if option.is_switch:
        return forms.BooleanField(initial=bool(set_to), **more)
    widget = forms.NumberInput(
        attrs={
            "class": "input",
            "min": option.least,
            "max": option.most,
            "placeholder": f"{option.default:,}",
        }
    )
    return forms.IntegerField(initial=set_to, widget=widget, **more)


def _name(**more: Any) -> forms.CharField:
    return forms.CharField(
        label="Name",
        max_length=60,
        help_text="Lower-case letters, digits and hyphens. Files name it, so it stays.",
        widget=forms.TextInput(attrs={"autofocus": True, "spellcheck": "false", **more}),
    )


def _words(label: str, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2, "class": "input"})
    return forms.CharField(label=label, required=False, max_length=400, widget=widget, **more)


class OfTeam(Form):
    """Something that a team answers for."""

    team = forms.CharField(label="Team that answers for it", widget=forms.Select)

    def __init__(self, *args: Any, teams: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Whether the person may is the operation's to say, also of a team that is not offered.
        self.fields["team"].widget.choices = [(name, name) for name in teams]


class NewConnectionForm(OfTeam):
    """What a source is called, and what it is."""

    name = _name()
    kind = forms.ChoiceField(
        label="Kind", choices=[(kind, Kind(kind).label) for kind in kinds.SOURCES]
    )
    description = _words("What it has")
    field_order = ("name", "kind", "team", "description")


class NewClientForm(OfTeam):
    """Who receives data, and who answers for that."""

    title = forms.CharField(
        label="What people call them",
        max_length=120,
        widget=forms.TextInput(attrs={"autofocus": True, "placeholder": "Acme Travel"}),
    )
    name = _name(placeholder="acme-travel", autofocus=False)
    contact = forms.CharField(
        label="Whom to ask there", required=False, max_length=200, help_text="A person or a desk."
    )
    description = _words("What they do with it")
    field_order = ("title", "name", "team", "contact", "description")


class NewDestinationForm(OfTeam):
    """A place where a client takes data."""

    name = _name(placeholder="acme-drop")
    kind = forms.ChoiceField(
        label="Kind", choices=[(kind, Kind(kind).label) for kind in kinds.DESTINATIONS]
    )
    title = forms.CharField(label="Title", required=False, max_length=120)
    field_order = ("name", "kind", "team", "title")


class WordsForm(OfWhatStands):
    """What something is called and what it is: those fields that its kind has."""

    title = forms.CharField(
        label="Title", required=False, max_length=120, help_text="Beside its name, which stays."
    )
    contact = forms.CharField(label="Whom to ask there", required=False, max_length=200)
    description = _words("What it is")

    def __init__(self, *args: Any, thing: Thing, **kwargs: Any) -> None:
        facts = change_operations.facts_of(thing)
        super().__init__(*args, facts=facts, initial=facts, **kwargs)
        for name in self.fields.keys() - facts.keys() - {"seen"}:
            del self.fields[name]


class RemoveForm(Form):
    """Why it goes."""

    reason = reason("Why", help_text="It stands in the audit.", required=False)


class GrantForm(Form):
    """Which team, for what, and why."""

    team = forms.ModelChoiceField(
        Team.objects.order_by("name"),
        label="Team",
        to_field_name="name",
        empty_label="Choose a team",
        widget=forms.Select(attrs={"autofocus": True}),
    )
    use = forms.ChoiceField(
        label="May", widget=forms.RadioSelect, initial=Grant.Use.USE, choices=Grant.Use.choices
    )
    reason = reason("Why", help_text="The team reads it.", required=False)

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.uses = USES[kind]
        if len(self.uses) == 1:  # there is nothing to choose
            del self.fields["use"]

    def given(self) -> dict[str, Any]:
        """What the operation takes."""
        return {"use": Grant.Use.USE, **self.cleaned_data}


class TakeForm(Form):
    """Why it is taken back."""

    reason = reason("Why", help_text="It stands in the audit.", required=False)


class ConfirmForm(Form):
    """Nothing but the button."""
