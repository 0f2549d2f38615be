"""Who may not do what a page asks about is told so, and who can, before they fill anything in."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from tests.whole_house import Whole

ASKING = (
    *("/backfills/{number}/cancel", "/backfills/{number}/pause", "/backfills/{number}/resume"),
    "/components/{name}/in/{environment}/pause",
    "/components/{name}/in/{environment}/resume",
    "/components/{name}/in/{environment}/roll-back",
    "/components/{name}/run",
    "/components/{name}/versions/{number}/lift",
    "/components/{name}/versions/{number}/reject",
    *("/deliveries/{number}/again", "/deliveries/{number}/cancel"),
    *("/deployments/{number}/abort", "/deployments/{number}/advance"),
    *("/deployments/{number}/approve", "/deployments/{number}/refuse"),
    *("/runs/{number}/accept", "/runs/{number}/again"),
    *("/runs/{number}/cancel", "/runs/{number}/unaccept"),
)


@pytest.mark.parametrize("path", ASKING)
def test_a_viewer_is_told_and_a_maintainer_is_asked(
    whole: Whole, browser: Callable[[str], Client], path: str
) -> None:
    address = whole.address(path)
    said = browser("jonas").get(address).content.decode()
    assert re.search(r"<p>You may not [^<]*\bcan\b", said), said
    assert "<p>You may not " not in browser("ines").get(address).content.decode()
