"""Debian's Chromium, or the one that SLIPWAY_CHROMIUM names: for browser tests and photographs.

Its shell without a window takes an eighth less of a processor for a page.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

NAME = "SLIPWAY_CHROMIUM"
USUAL = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))


def _found() -> Path:
    if named := os.environ.get(NAME):
        return Path(named)
    return next((path for path in USUAL if path.exists()), USUAL[0])


PATH = _found()


def are_left_out(environment: Mapping[str, str]) -> bool:
    """Whether tests that need a browser are left out: never in CI, where a missing one fails."""
    return not PATH.exists() and not environment.get("CI")


LEFT_OUT = (
    f"There is no Chromium at {PATH}, so the browser tests are left out; CI runs them. "
    "Debian: apt-get install chromium-headless-shell, or chromium. "
    f"Elsewhere: {NAME}=/path/of/chromium make test"
)
