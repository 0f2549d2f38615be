"""Every write of events from outside: making sources, and receiving what they tell."""

from observability.events.operations.receiving import Became, Unproven, admit, opened, receive
from observability.events.operations.sources import (
    apply,
    create,
    disable,
    enable,
    forget,
    keep_up,
    mean,
    rotate,
    test,
)

__all__ = [
    "Became",
    "Unproven",
    "admit",
    "apply",
    "create",
    "disable",
    "enable",
    "forget",
    "keep_up",
    "mean",
    "opened",
    "receive",
    "rotate",
    "test",
]
