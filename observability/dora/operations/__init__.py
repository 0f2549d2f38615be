"""Every write about figures: what people say, what floors above tell, and what was judged."""

from observability.dora.operations.keeping import keep, keep_up
from observability.dora.operations.saying import (
    DEPLOYMENTS,
    first_delivery,
    reclassify,
    restore,
    take_back,
    withdraw,
)

__all__ = [
    "DEPLOYMENTS",
    "first_delivery",
    "keep",
    "keep_up",
    "reclassify",
    "restore",
    "take_back",
    "withdraw",
]
