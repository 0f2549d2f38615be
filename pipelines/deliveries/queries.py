"""Questions about deliveries; each names the joins that its readers need."""

from __future__ import annotations

from django.db.models import QuerySet

from pipelines.deliveries.models import Delivery


def deliveries() -> QuerySet[Delivery]:
    """Deliveries with what a line about them needs; the tries come in one more query."""
    return Delivery.objects.select_related(
        "run__transformation__component__team",
        "client",
        "destination",
        "environment",
        "version",
        "release",
        "deployment",
        "requested_by",
        "replaced_by",
    ).prefetch_related("attempts")
