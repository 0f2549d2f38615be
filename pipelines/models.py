"""The tables of this floor, by topic."""

from pipelines.acceptances.models import Acceptance
from pipelines.backfills.models import Backfill, Part
from pipelines.connections.models import Binding, Client, Connection, Destination
from pipelines.deliveries.models import Delivery, DeliveryAttempt, Place
from pipelines.runs.models import Attempt, Run
from pipelines.schedules.models import Omission, Schedule
from pipelines.transformations.models import Transformation, Version

__all__ = [
    "Acceptance",
    "Attempt",
    "Backfill",
    "Binding",
    "Client",
    "Connection",
    "Delivery",
    "DeliveryAttempt",
    "Destination",
    "Omission",
    "Part",
    "Place",
    "Run",
    "Schedule",
    "Transformation",
    "Version",
]
