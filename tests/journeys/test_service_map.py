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
        for n in range(20)
    ],
    "edges": [
        {
            "id": f"{n}",
            "source": f"host:{n}",
            "target": f"host:{n + 1}",
            "how": "seen",
            "text": "1/d",
        }
        for n in range(19)
    ],
}
# As this portal calls itself: seven columns, and a bundle of lines between the same two
CALLS = [
    *(("web", "queue:runs", "2/h"), ("queue:runs", "slipway-runs", "2/h · p95 246 ms")),
    *(("slipway-runs", "queue:control", "1.9/d"), ("web", "queue:control", "1.7/h")),
    *(
        ("queue:control", "slipway-control", "1.9/h · p95 207 ms"),
        ("web", "queue:deliveries", "18/d"),
    ),
    *(
        ("web", "slipway-control", "14/d · p95 37 ms"),
        ("slipway-control", "queue:deliveries", "1/d"),
    ),
    *(
        ("queue:deliveries", "slipway-deliveries", "2.3/h · p95 123 ms"),
        ("web", "queue:mail", "1/d"),
    ),
    *(("queue:mail", "slipway-deliveries", "1/d · p95 103 ms"), ("web", "database:db", "3/h")),
]
OURS = {
    "things": [
        {
            "id": one,
            "kind": one.rpartition(":")[0] or "component",
            "name": one.rpartition(":")[2],
            "state": "",
            "tone": "neutral",
        }
        for one in sorted({end for call in CALLS for end in call[:2]})
    ],
    "edges": [
        {"id": f"{n}", "source": source, "target": target, "how": "seen", "text": text}
        for n, (source, target, text) in enumerate(CALLS)
    ],
}
WORDS = """box => {
  const said = box.cytoscape.edges().not(".unsaid");
  const all = said.map(edge => edge.boundingBox({ includeEdges: false, includeLabels: true }));
  const isOver = (one, other) =>
    one.x1 < other.x2 && other.x1 < one.x2 && one.y1 < other.y2 && other.y1 < one.y2;
  const over = all.filter((one, n) => all.some((other, m) => m > n && isOver(one, other)));
  return [all.length, over.length];
}"""


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


def test_a_map_that_can_be_read_as_a_whole_opens_as_a_whole_and_no_words_lie_over_others(
    window: Callable[..., BrowserContext],
) -> None:
    page = window("jonas").new_page()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.route("**/service-map/data*", lambda route: route.fulfill(json=OURS))
    page.goto("/service-map/")
    picture = page.locator("[data-graph-picture]")
    expect(picture.locator("canvas").first).to_be_visible()
    expect(picture).not_to_have_attribute("data-beyond", "")
    said, over = picture.evaluate(WORDS)
    assert over == 0
    assert said >= len(CALLS) - 2, "few give way"


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
