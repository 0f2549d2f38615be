"""Fields that look and speak as the rest of the product."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from portal.seen import Seen, digest, on_page

# Django's words -> ours
OURS = {
    "This field is required.": "Fill this in.",
    "Select a valid choice. %(value)s is not one of the available choices.": "Choose one of these.",
    "Select a valid choice. That choice is not one of the available choices.": (
        "Choose one of these."
    ),
    "Enter a valid date.": "Write a date such as 2026-11-20.",
}


class Form(forms.Form):
    """A form whose widgets carry the product's classes and point at their help and errors."""

    required_css_class = ""
    use_required_attribute = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            dress(field)


class OfWhatStands(Form):
    """Changes what stands there. `seen` says which facts were on the page; None: there were none.

    Templates put `{{ form.seen }}` into the form; the operation takes it as its `seen`.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, facts: Mapping[str, Any] | None, **kwargs: Any) -> None:
        initial = {**kwargs.pop("initial", {}), "seen": digest(facts)}
        super().__init__(*args, initial=initial, **kwargs)

    def clean_seen(self) -> Seen:
        return on_page(self.cleaned_data["seen"])


def dress(field: forms.Field) -> None:
    """Our words and classes for a field; a form that adds fields later calls it for them."""
    field.error_messages = {
        key: OURS.get(str(words), words) for key, words in field.error_messages.items()
    }
    bare = forms.CheckboxSelectMultiple | forms.RadioSelect | forms.CheckboxInput
    if not isinstance(field.widget, bare):
        field.widget.attrs.setdefault("class", "input")


def reason(
    label: str, *, help_text: str = "", required: bool = True, **more: Any
) -> forms.CharField:
    """Why: two lines of text that stand in the audit from then on."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "input", **more}),
        error_messages={"required": "Say why: it stands in the history from then on."},
    )
