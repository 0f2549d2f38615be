"""Accessibility by axe-core, run through the debugger: the content policy of pages stays on."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from playwright.sync_api import CDPSession, Page

from launch.places import ROOT

SOURCE = ROOT / "static" / "node_modules" / "axe-core" / "axe.min.js"
# Colours are half of what axe does, and most of a page is the frame: they are asked of a part.
ASK = (
    "axe.configure({rules: [{id: 'color-contrast', selector: %s}]}),"
    "axe.run(%s, %s).then(found => JSON.stringify("
    "found.violations.map(v => [v.id, v.help, v.nodes.map(n => n.html.slice(0, 200))])))"
)

# What a page may break in one look and not in another; the other rules read the same document.
OF_A_LOOK = ("color-contrast", "link-in-text-block", "scrollable-region-focusable")


@cache
def _source() -> str:
    """As an expression, so that nothing comes back."""
    return f"(() => {{ {SOURCE.read_text()} }})()"


def violations(
    page: Page, within: str = "", rules: tuple[str, ...] = (), *, colours_of: str = ""
) -> list[str]:
    """A line for each rule that the page breaks as it is now, or that a part of it (CSS) does.

    All rules, or only these; the contrast of colours only in a part, where one is named.
    """
    wanted: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        wanted["runOnly"] = rules
    asked = ASK % (
        json.dumps(f"{colours_of} *".lstrip()),
        json.dumps(within) if within else "document",
        json.dumps(wanted),
    )
    debugger = page.context.new_cdp_session(page)
    try:
        if not _said(debugger, "'axe' in window"):  # once a page
            _said(debugger, _source())
        found = json.loads(_said(debugger, asked))
    finally:
        debugger.detach()
    return [f"{rule}: {help_} {'; '.join(nodes[:3])}" for rule, help_, nodes in found]


def _said(debugger: CDPSession, expression: str) -> Any:
    asked = {"expression": expression, "awaitPromise": True, "returnByValue": True}
    answer = debugger.send("Runtime.evaluate", asked)
    assert "exceptionDetails" not in answer, answer["exceptionDetails"]
    return answer["result"].get("value")
