"""Every write of the map: looking at new spans, and forgetting."""

from observability.servicemap.operations.forgetting import forget
from observability.servicemap.operations.looking import look

__all__ = ["forget", "look"]
