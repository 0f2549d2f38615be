"""The verbs of a bulk action: asked for, stopped; and how a worker goes through its list."""

from pipelines.bulk.operations.asking import start, stop
from pipelines.bulk.operations.working import sweep, work

__all__ = ["start", "stop", "sweep", "work"]
