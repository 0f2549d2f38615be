"""What a fork calls first, in the tests of forking."""

from __future__ import annotations

import os


def begin() -> None:
    os.environ["BEGUN"] = f"under its own environment: {os.environ['ONLY']}"
