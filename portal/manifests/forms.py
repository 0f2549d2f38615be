"""What people type about what is kept in files."""

from __future__ import annotations

from django import forms

from portal.forms import Form, reason


class LetGoForm(Form):
    """Which thing, and why no file keeps it any more."""

    kind = forms.CharField(max_length=30, widget=forms.HiddenInput)
    name = forms.CharField(max_length=200, widget=forms.HiddenInput)
    reason = reason("Why", required=False)
