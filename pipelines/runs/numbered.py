"""A run that someone asks for by its number alone."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.runs.models import Run
from portal.search.things import Hit


def hits(number: int) -> Iterator[Hit]:
    """The run of this number, if there is one; one query."""
    rows = Run.objects.filter(number=number).select_related(
        "transformation__component", "environment", "team"
    )
    for run in rows:
        yield Hit(
            kind="run",
            kind_label="Run",
            name=f"Run {run.number}",
            title="",
            text=run.message,
            note=f"{run.transformation.component.name} in {run.environment.name}, "
            f"{run.get_state_display().lower()}",
            team=run.team.name,
            url=f"/runs/{run.number}/",
            icon="run",
        )
