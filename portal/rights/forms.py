"""Whose rights, on what; or who may do what on it."""

from __future__ import annotations

from typing import Any

from django import forms

from portal import navigation
from portal.accounts.access import BOOK
from portal.accounts.models import User
from portal.forms import Form
from portal.rights import queries, words


class AskForm(Form):
    """A person and a thing, or a thing and a verb."""

    kind = forms.ChoiceField(label="About")
    name = forms.CharField(label="Name", required=False, max_length=60)
    environment = forms.ChoiceField(label="Environment", required=False)
    person = forms.ModelChoiceField(
        User.objects.order_by("full_name"),
        label="Person",
        to_field_name="username",
        required=False,
        empty_label="Everyone who may",
    )
    verb = forms.ChoiceField(label="What", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = queries.kinds()
        self._offer("kind", [(one.kind, one.title) for one in kinds])
        places = [(name, name) for name, _ in navigation.environments()]
        self._offer("environment", [("", "None"), *places])
        wanted = self.data.get("kind") if self.is_bound else kinds[0].kind
        verbs = next((one.verbs for one in kinds if one.kind == wanted), ())
        labelled = [(verb, BOOK[verb].words) for verb in verbs]
        self._offer("verb", [("", "Each right"), *labelled, *_by_grant(str(wanted))])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def _by_grant(kind: str) -> list[tuple[str, str]]:
    if kind not in words.USE:
        return []
    rows = [(queries.ROWS, words.ROWS)] if kind == "connection" else []
    return [(queries.USE, words.USE[kind]), *rows]
