"""What a component depends on."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.declarations.operations import KINDS, LONGEST
from portal.forms import Form

TAKEN = "taken"  # a queue, from its other side
CHOICES = [
    *(
        (kind, f"{label} it sends to" if kind == "queue" else label)
        for kind, label in KINDS.items()
    ),
    (TAKEN, "Queue it takes from"),
]


class DependencyForm(Form):
    """Kind and name of the other end."""

    kind = forms.ChoiceField(choices=CHOICES, label="What")
    name = forms.CharField(max_length=LONGEST, label="Its name")

    def given(self) -> dict[str, Any]:
        """As the operation takes it."""
        kind = self.cleaned_data["kind"]
        is_taken = kind == TAKEN
        name = self.cleaned_data["name"]
        return {"kind": "queue" if is_taken else kind, "name": name, "takes": is_taken}
