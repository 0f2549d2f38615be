"""What people say when they bind a name to a place: by its kind."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms

from pipelines.connections import hooks, kinds
from pipelines.connections.models import Binding, Connection, Destination, Kind
from portal.forms import Form

PREFIX = "options."  # as the operation names a field that it refuses


class BindForm(Form):
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
        **kwargs: Any,
    ) -> None:
        asked = kinds.asked(thing.kind, is_source=isinstance(thing, Connection))
        given = {"address": held.address, "region": held.region} if held else {}
        super().__init__(*args, initial=given, **kwargs)
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


class NewConnectionForm(Form):
    """What a source is called, and what it is."""

    name = forms.CharField(
        label="Name",
        max_length=60,
        help_text="Lower-case letters, digits and hyphens. Files name it, so it stays.",
        widget=forms.TextInput(attrs={"autofocus": True, "spellcheck": "false"}),
    )
    kind = forms.ChoiceField(
        label="Kind", choices=[(kind, Kind(kind).label) for kind in kinds.SOURCES]
    )
    team = forms.CharField(label="Team that answers for it", widget=forms.Select)
    description = forms.CharField(
        label="What it has",
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2, "class": "input"}),
    )

    def __init__(self, *args: Any, teams: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Whether the person may is the operation's to say, also of a team that is not offered.
        self.fields["team"].widget.choices = [(name, name) for name in teams]


class ConfirmForm(Form):
    """Nothing but the button."""
