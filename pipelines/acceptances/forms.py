"""What people say when they let a failure stand."""

from __future__ import annotations

from portal.forms import Form, reason


class AcceptForm(Form):
    reason = reason("Why may it stand?", help_text="It stands beside the run.", autofocus=True)


class UndoForm(Form):
    """Nothing to fill in: the button says it."""
