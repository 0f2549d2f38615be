"""How long a test waits for what is to come true, or lets something take."""

from __future__ import annotations

import os

PROCESSORS = os.cpu_count() or 1


def patient(seconds: float) -> float:
    """So many seconds where nobody else wants the processors; as many more as others want them."""
    return seconds * max(1.0, os.getloadavg()[0] / PROCESSORS)
