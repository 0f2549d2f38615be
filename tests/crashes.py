"""Crashes between writes, one by one: what died at a failpoint has written nothing at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from portal import failpoints
from tests import worlds

Act = Callable[[], Any]


def rows() -> dict[str, list[bytes]]:
    """Every row there is, in an order of its own."""
    return {table: sorted(lines) for table, lines in worlds.read().items()}


def assert_all_or_nothing(point: str, act: Act) -> None:
    """It dies at the point and leaves every table as it was; then the same act goes through."""
    before = rows()
    failpoints.arm(f"{point}=error")
    try:
        with pytest.raises(failpoints.Failed, match=f"^{point}$"):
            act()
    finally:
        failpoints.arm("")
    assert rows() == before
    act()
    assert rows() != before
