"""The tables of this floor, by topic."""

from pipelines.connections.models import Binding, Client, Connection, Destination
from pipelines.deliveries.models import Delivery, DeliveryAttempt, Place
from pipelines.runs.models import Attempt, Run
from pipelines.transformations.models import Transformation, Version

__all__ = [
    "Attempt",
    "Binding",
    "Client",
    "Connection",
    "Delivery",
    "DeliveryAttempt",
    "Destination",
    "Place",
    "Run",
    "Transformation",
    "Version",
]
