"""Whose runs are: the component of each, for the receiver of telemetry."""

from __future__ import annotations

from collections.abc import Collection

from pipelines.runs.models import Run
from portal.catalog.models import Component


def components(ids: Collection[str]) -> dict[str, Component]:
    """Of those of these runs that there are, by the digits of their identity. One query."""
    found = Run.objects.filter(pk__in=ids).select_related("transformation__component__team")
    rows = found.only("pk", "transformation__component", "transformation__component__team")
    return {run.pk.hex: run.transformation.component for run in rows}
