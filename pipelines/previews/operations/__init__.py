"""Every write of looking: what people ask for (`asking`), and what workers do (`working`)."""

from pipelines.previews.operations.asking import cancel, look, start
from pipelines.previews.operations.working import sweep

__all__ = ["cancel", "look", "start", "sweep"]
