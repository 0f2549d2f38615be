"""A program that says what it was given: `python -m tests.launch.probe EXIT_CODE [sleep]`."""

from __future__ import annotations

import atexit
import json
import os
import signal
import sys
import time
from pathlib import Path


def open_descriptors() -> list[int]:
    """But for the one that lists them."""
    return [int(path.name) for path in Path("/proc/self/fd").iterdir() if path.exists()]


if __name__ == "__main__":
    said = {
        "environment": dict(os.environ),
        "arguments": sys.argv[1:],
        "folder": str(Path.cwd()),
        "name": Path("/proc/self/comm").read_text().strip(),
        "descriptors": open_descriptors(),
        "leads": os.getsid(0) == os.getpid(),
        "SIGTERM": signal.getsignal(signal.SIGTERM) == signal.SIG_DFL,
        "shared": "decimal" in sys.modules,
    }
    print(json.dumps(said))
    atexit.register(print, "at the end")
    if "sleep" in sys.argv:
        time.sleep(60)
    sys.exit(int(sys.argv[1]))
