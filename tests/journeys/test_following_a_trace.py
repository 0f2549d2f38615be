"""The trace of what is not over yet, opened before anything of it has come."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from observability.partitions.batches import nanoseconds
from observability.traces.stores.postgres import PostgresTraces
from tests.contracts.test_trace_stores import span
from tests.journeys import axe

pytestmark = pytest.mark.journey


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_it_is_shown_when_its_first_span_is_here(
    window: Callable[..., BrowserContext], width: int, scheme: str
) -> None:
    trace = f"{width:032d}"
    page = window("mira", width=width, scheme=scheme).new_page()
    page.goto(f"/traces/{trace}/")
    expect(page.locator("[data-arriving]")).to_contain_text("It may be on its way.")
    assert axe.violations(page) == []
    at = nanoseconds(timezone.now())
    PostgresTraces().write([span(1, at=at, trace_id=trace, name="run ledger")])
    expect(page.get_by_role("region", name="Spans")).to_contain_text("run ledger")
