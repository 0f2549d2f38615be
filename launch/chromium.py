"""Debian's Chromium, or the one that SLIPWAY_CHROMIUM names: for browser tests and photographs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

NAME = "SLIPWAY_CHROMIUM"
PATH = Path(os.environ.get(NAME) or "/usr/bin/chromium")


def are_left_out(environment: Mapping[str, str]) -> bool:
    """Whether tests that need a browser are left out: never in CI, where a missing one fails."""
    return not PATH.exists() and not environment.get("CI")


LEFT_OUT = (
    f"There is no Chromium at {PATH}, so the browser tests are left out; CI runs them. "
    f"Debian and Ubuntu: apt-get install chromium. Elsewhere: {NAME}=/path/of/chromium make test"
)
