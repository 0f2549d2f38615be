"""The map is drawn, tells of what is chosen, and is a table where a picture has no room."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

pytestmark = pytest.mark.journey


def test_the_map_is_drawn_and_tells_of_what_is_chosen(
    window: Callable[..., BrowserContext],
) -> None:
    page = window("jonas").new_page()
    page.goto("/components/parking/service-map")
    picture = page.locator("[data-graph-picture]")
    expect(picture.locator("canvas").first).to_be_visible()
    said = picture.evaluate("box => box.cytoscape.edges().map(edge => edge.data('text'))")
    assert min(said).endswith("p95 13 ms")
    assert "not seen" in said  # the database that is declared
    marks = picture.evaluate("box => box.cytoscape.edges().map(edge => edge.className())")
    assert sorted(marks) == [["seen"], ["unseen"]]
    picture.evaluate("box => void box.cytoscape.getElementById('component:turnstile').emit('tap')")
    panel = page.locator("#graph-panel")
    expect(panel.get_by_role("heading", name="turnstile")).to_be_visible()
    expect(panel.get_by_text("unowned")).to_be_visible()
    picture.evaluate("box => void box.cytoscape.edges('.seen').emit('tap')")
    expect(page.locator("tr[data-near]")).to_contain_text("Seen, not declared")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(picture).to_be_hidden()
    expect(page.locator(".graph-table")).to_be_visible()
