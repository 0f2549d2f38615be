"""What the control worker does about schedules: follow what is live, start what is due."""

from pipelines.schedules.operations.claiming import claim, tick
from pipelines.schedules.operations.following import follow

__all__ = ["claim", "follow", "tick"]
