"""A delivery that someone asks for by its number."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.deliveries.models import Delivery
from portal.search.things import Hit


def hits(number: int) -> Iterator[Hit]:
    """The delivery of this number, if there is one; one query."""
    rows = Delivery.objects.filter(number=number).select_related("run", "client", "team")
    for row in rows:
        yield Hit(
            kind="delivery",
            kind_label="Delivery",
            name=f"Delivery {row.number}",
            title="",
            text=row.message,
            note=f"Run {row.run.number} to {row.client.name}, {row.get_state_display().lower()}",
            team=row.team.name,
            url=f"/deliveries/{row.number}/",
            icon="send",
        )
