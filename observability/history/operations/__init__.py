"""Every write of imports of history: asking for one, working on it, sweeping."""

from observability.history.operations.asking import ask
from observability.history.operations.working import sweep, work

__all__ = ["ask", "sweep", "work"]
