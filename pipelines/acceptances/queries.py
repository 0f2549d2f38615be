"""Questions about accepted failures."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from pipelines.acceptances.models import Acceptance
from pipelines.runs.models import Run


def acceptance(run: Run) -> Acceptance | None:
    """Why its last attempt may stand as it ended, and who says so."""
    return (
        Acceptance.objects.active()
        .filter(run=run, attempt=run.attempt)
        .select_related("accepted_by")
        .first()
    )


def is_accepted() -> Exists:
    """For queries over runs: someone lets its last attempt stand."""
    return Exists(
        Acceptance.objects.active().filter(run=OuterRef("pk"), attempt=OuterRef("attempt"))
    )
