"""What goes on everywhere, for the rail. The floor above is named here as a string only."""

from __future__ import annotations

import logging

from django.utils.module_loading import import_string

log = logging.getLogger(__name__)

DEPLOYMENTS = "deployments.rollouts.queries.lists.running"  # () -> how many


def deployments() -> int | None:
    """How many are being made now; None, which is not none, where the floor does not answer."""
    try:
        return int(import_string(DEPLOYMENTS)())
    except Exception:
        log.exception("nobody counted the deployments that run")
        return None


def shown() -> dict[str, int | bool | None]:
    """The same for the rail. Where nothing was asked yet, nothing is said: that is not unknown."""
    number = deployments()
    return {"running": number, "is_running_unknown": number is None}
