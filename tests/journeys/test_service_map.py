"""The map is drawn, tells of what is chosen, and is a table where a picture has no room."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

pytestmark = pytest.mark.journey
CHAIN = {
    "things": [
        {
            "id": f"host:{n}",
            "kind": "host",
            "name": f"a-service-{n}",
            "state": "",
            "tone": "neutral",
        }
        for n in range(10)
    ],
    "edges": [
        {
            "id": f"{n}",
            "source": f"host:{n}",
            "target": f"host:{n + 1}",
            "how": "seen",
            "text": "1/d",
        }
        for n in range(9)
    ],
}


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


def test_a_map_that_is_wider_than_its_place_begins_at_its_left_edge(
    window: Callable[..., BrowserContext],
) -> None:
    page = window("jonas").new_page()
    page.route("**/service-map/data*", lambda route: route.fulfill(json=CHAIN))
    page.goto("/components/parking/service-map")
    picture = page.locator("[data-graph-picture]")
    expect(picture.locator("canvas").first).to_be_visible()
    left, wide = picture.evaluate(
        "box => { const all = box.cytoscape.elements().renderedBoundingBox();"
        " return [all.x1, all.w - box.cytoscape.width()]; }"
    )
    assert wide > 0, "it has no room"
    assert left >= 0
    expect(picture).to_have_attribute("data-beyond", "")  # it fades to the right: it goes on
    page.get_by_role("button", name="All of it").click()
    expect(picture).not_to_have_attribute("data-beyond", "")


def test_what_stands_on_a_line_has_room_between_two_boxes(
    window: Callable[..., BrowserContext],
) -> None:
    page = window("jonas").new_page()
    page.goto("/components/parking/service-map")
    picture = page.locator("[data-graph-picture]")
    expect(picture.locator("canvas").first).to_be_visible()
    covered = picture.evaluate(
        "box => box.cytoscape.edges().filter(edge => {"
        " const words = edge.boundingBox({ includeEdges: false, includeLabels: true });"
        " const ends = edge.connectedNodes().map(node => node.boundingBox());"
        " return ends.some(end => words.x1 < end.x2 && end.x1 < words.x2"
        " && words.y1 < end.y2 && end.y1 < words.y2); }).length"
    )
    assert covered == 0
