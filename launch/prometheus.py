"""Debian's Prometheus, for the tests of the store that asks one."""

from __future__ import annotations

import shutil
from collections.abc import Mapping

NEEDED = ("prometheus", "promtool")


def are_left_out(environment: Mapping[str, str]) -> bool:
    """Whether tests that need one are left out: never in CI, where a missing one fails."""
    return not all(map(shutil.which, NEEDED)) and not environment.get("CI")


LEFT_OUT = (
    "There is no Prometheus here, so the tests of its store are left out; CI runs them. "
    "Debian and Ubuntu: apt-get install prometheus."
)
