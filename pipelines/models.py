"""The tables of this floor, by topic."""

from pipelines.acceptances.models import Acceptance
from pipelines.backfills.models import Backfill, Part
from pipelines.bulk.models import BulkAction, BulkItem
from pipelines.connections.models import Binding, Client, Connection, Destination
from pipelines.deliveries.models import Circuit, Delivery, DeliveryAttempt, Place
from pipelines.drafts.models import Draft, DraftRevision, DraftVisit
from pipelines.previews.models import Look, Preview
from pipelines.runs.models import Attempt, Run
from pipelines.schedules.models import Omission, Schedule
from pipelines.transformations.models import Transformation, Version

__all__ = [
    "Acceptance",
    "Attempt",
    "Backfill",
    "Binding",
    "BulkAction",
    "BulkItem",
    "Circuit",
    "Client",
    "Connection",
    "Delivery",
    "DeliveryAttempt",
    "Destination",
    "Draft",
    "DraftRevision",
    "DraftVisit",
    "Look",
    "Omission",
    "Part",
    "Place",
    "Preview",
    "Run",
    "Schedule",
    "Transformation",
    "Version",
]
