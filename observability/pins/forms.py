"""What people write when they pin a query."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from observability.pins.models import PinnedQuery
from observability.series.stores import registry
from portal.forms import Form


class PinForm(Form):
    name = forms.CharField(
        label="Name", max_length=60, error_messages={"required": "Give it a name."}
    )
    unit = forms.CharField(
        label="Unit", max_length=20, required=False, help_text="As it stands at the scale: s, B, %."
    )
    store = forms.ChoiceField(label="Asked of", choices=())
    query = forms.CharField(
        label="Query",
        max_length=2_000,
        help_text=(
            "In Prometheus' language. `$component`, `$environment` and `$window` stand for what "
            "the page shows."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "class": "input mono", "spellcheck": "false"}),
        error_messages={"required": "Write a query."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(PinnedQuery.Store.choices)
        offered = [(name, labels[name]) for name in registry.sources()]
        cast(forms.ChoiceField, self.fields["store"]).choices = offered


class RemoveForm(Form):
    """A yes, and nothing else."""
