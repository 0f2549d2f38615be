"""A thumb and a sentence, and an answer."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.feedback.models import Feedback
from portal.feedback.operations import LONGEST
from portal.forms import Form


class FeedbackForm(Form):
    """It opens over pages that have forms of their own."""

    page = forms.CharField(widget=forms.HiddenInput, required=False, max_length=80)
    thumb = forms.ChoiceField(
        label="Did this page help?",
        choices=Feedback.Thumb.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a thumb: up or down."},
    )
    sentence = forms.CharField(
        label="In a sentence",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input"}),
        help_text="What were you doing, and what was in the way? No names of clients, please.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="feedback_%s", **kwargs)


class HandleForm(Form):
    answer = forms.CharField(
        label="Answer",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input"}),
        help_text="Whoever gave it is told. Without an answer it is only put aside.",
    )
