"""Components whose metrics are asked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from observability.series.stores import registry


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    """A process remembers series; what a test writes is taken back."""
    registry._made.cache_clear()
    yield
    registry._made.cache_clear()
