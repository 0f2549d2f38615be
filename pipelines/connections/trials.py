"""Trying a place: a worker reaches it as a run or a delivery would, and notes what it found."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from pipelines.connections import queries
from pipelines.connections.models import Binding
from pipelines.connections.sources import registry as sources
from pipelines.connections.sources.base import SourceError, Trial
from pipelines.deliveries.destinations import registry as destinations
from pipelines.deliveries.destinations.base import DestinationError
from portal import secrets

log = logging.getLogger(__name__)


def run(*, binding_id: str, clock: Callable[[], datetime]) -> None:
    """Reach the place of a binding. It may have been moved or taken away since it was asked for."""
    binding = queries.bindings().filter(pk=binding_id).first()
    if binding is None or binding.trial.get("state") != "asked":
        return
    began = time.monotonic()
    try:
        found = _outcome(_reach(binding))
    except (SourceError, DestinationError, secrets.Undecryptable) as error:
        found = {"state": "bad", "summary": error.message, "warnings": []}
    log.info("binding tried: %s", found["summary"], extra={"state": found["state"]})
    found |= {"seconds": round(time.monotonic() - began, 3), "by": binding.trial.get("by", "")}
    # Only the trial that was asked for: a place that moved meanwhile has none yet.
    Binding.objects.filter(
        pk=binding.pk, trial=binding.trial, address=binding.address, options=binding.options
    ).update(trial=found, tried_at=clock())


def _reach(binding: Binding) -> Trial:
    secret = secrets.decrypt(bytes(binding.secret)) if binding.secret else ""
    if binding.connection is not None:
        source = sources.adapter(binding.connection.kind)
        return source.test(binding.address, secret=secret, options=binding.options)
    assert binding.destination is not None, "the table's constraint"
    destination = destinations.adapter(binding.destination.kind)
    return destination.test(binding.address, secret=secret, options=binding.options)


def _outcome(trial: Trial) -> dict[str, Any]:
    state = "warn" if trial.warnings else "good"
    return {"state": state, "summary": trial.summary, "warnings": list(trial.warnings)}
