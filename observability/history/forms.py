"""What people say when a repository's past is to be read."""

from __future__ import annotations

from typing import Any

from django import forms

from observability.history.models import HistoryImport
from portal import navigation
from portal.forms import Form


class ImportForm(Form):
    """Which repository, of which component, and what stands for a deployment."""

    component = forms.CharField(
        max_length=60, widget=forms.TextInput(attrs={"spellcheck": "false"})
    )
    environment = forms.CharField(label="Deployed to", widget=forms.Select)
    repository = forms.CharField(
        max_length=400,
        widget=forms.TextInput(
            attrs={"placeholder": "https://git.example.com/acme/checkout.git", "type": "url"}
        ),
    )
    how = forms.ChoiceField(label="What stands for a deployment", choices=HistoryImport.How.choices)
    pattern = forms.CharField(
        label="Which tags",
        max_length=120,
        required=False,
        help_text="As in v*; empty for all of them.",
    )
    branch = forms.CharField(
        max_length=120,
        required=False,
        help_text="Empty: the one that the repository calls its own.",
    )
    secret = forms.CharField(
        label="Token that may read it",
        max_length=4000,
        required=False,
        help_text="Where it is not open to everyone. Kept encrypted until it is read, then gone.",
        widget=forms.PasswordInput(attrs={"class": "input", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [name for name, is_production in navigation.environments() if is_production]
        names += [name for name, is_production in navigation.environments() if not is_production]
        self.fields["environment"].widget.choices = [(name, name) for name in names]
