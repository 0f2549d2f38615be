"""What people ask of backfills, and what the control worker does about them."""

from pipelines.backfills.operations.asking import cancel, pause, resume, start
from pipelines.backfills.operations.working import tick

__all__ = ["cancel", "pause", "resume", "start", "tick"]
