"""How long a test waits for what is to come true, or lets something take."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

PROCESSORS = os.cpu_count() or 1
SHORTEST, LONGEST = 0.02, 0.25  # seconds


def patient(seconds: float) -> float:
    """So many seconds where nobody else wants the processors; as many more as others want them."""
    return seconds * max(1.0, os.getloadavg()[0] / PROCESSORS)


def pauses() -> Iterator[float]:
    """Seconds between looks, ever longer: each takes the processors from what is waited for."""
    pause = SHORTEST
    while True:
        yield pause
        pause = min(pause * 1.3, LONGEST)


def wait_for(
    is_so: Callable[[], object], seconds: float = 20.0, message: Callable[[], str] | str = ""
) -> None:
    """Look until it is so; a TimeoutError with the message when it does not come true."""
    began = time.monotonic()
    for pause in pauses():
        if is_so():
            return
        if time.monotonic() > began + patient(seconds):
            raise TimeoutError(message() if callable(message) else message)
        time.sleep(pause)
