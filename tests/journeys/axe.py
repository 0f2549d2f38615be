"""Accessibility by axe-core, run through the debugger: the content policy of pages stays on."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from playwright.sync_api import Page

from launch.places import ROOT

SOURCE = ROOT / "static" / "node_modules" / "axe-core" / "axe.min.js"
ASK = (
    "axe.run(document, {resultTypes: ['violations']}).then(found => JSON.stringify("
    "found.violations.map(v => [v.id, v.help, v.nodes.map(n => n.html.slice(0, 200))])))"
)


@cache
def _source() -> str:
    return SOURCE.read_text()


def violations(page: Page) -> list[str]:
    """A line for each rule that the page breaks as it is now."""
    debugger = page.context.new_cdp_session(page)
    try:
        debugger.send("Runtime.evaluate", {"expression": f"window.axe || ({_loaded()}, 0)"})
        answer: dict[str, Any] = debugger.send(
            "Runtime.evaluate",
            {"expression": ASK, "awaitPromise": True, "returnByValue": True},
        )
    finally:
        debugger.detach()
    found = json.loads(answer["result"]["value"])
    return [f"{rule}: {help_} {'; '.join(nodes[:3])}" for rule, help_, nodes in found]


def _loaded() -> str:
    """As an expression, so that it is read once a page."""
    return f"(() => {{ {_source()} }})()"
