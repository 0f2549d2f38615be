"""One running portal for tests that watch what whole processes do; each leaves it as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.api_house import House, build
from tests.portal_process import Portal


@pytest.fixture(scope="package")
def house() -> Iterator[House]:
    portal = Portal.start(with_pages=True)
    try:
        made = build(portal)
        with closing(made.api):
            yield made
    finally:
        portal.stop()
