"""Why a queue is paused or a process drained."""

from __future__ import annotations

from django import forms

from portal.forms import Form, reason


class StopForm(Form):
    """Why: it stands wherever work waits for it."""

    reason = reason("Why", help_text="It is shown wherever work waits, with your name.")


class GoOnForm(Form):
    """Nothing is asked but the word."""

    yes = forms.CharField(widget=forms.HiddenInput, initial="yes")
