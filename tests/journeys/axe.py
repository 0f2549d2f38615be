"""Accessibility by axe-core.

Colours are half of what axe does. They are judged once for each appearance: words of one colour and
size on one background, wherever they stand, have one contrast. Most of the rest is the frame, which
is the same on all pages, so that some of them are enough.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from launch.places import ROOT
from tests.journeys.debugger import brought, said

SOURCE = ROOT / "static" / "node_modules" / "axe-core" / "axe.min.js"
APPEARANCES = Path(__file__).with_name("appearances.js")
# As expressions that bring home no more than what is asked.
LOOK = "window.appearances = (%s)(%s), JSON.stringify(appearances.all)"
ASK = (
    "appearances.select(%s),"
    "axe.configure({rules: [{id: 'color-contrast', selector: '[data-appearance]'},"
    "{id: 'link-in-text-block', selector: 'a[href][data-appearance]'}]}),"
    "axe.run(%s, %s).then(found => JSON.stringify({"
    "broken: found.violations.map(v => [v.id, v.help, v.nodes.map(n => n.html.slice(0, 200))]),"
    "open: found.incomplete.filter(rule => /^(color-contrast|link-in-text-block)$/.test(rule.id))"
    ".flatMap(rule => rule.nodes.map(n => n.element.dataset.appearance))}))"
)

# What a page may break in one look and not in another; the other rules read the same document.
OF_A_LOOK = ("color-contrast", "link-in-text-block", "scrollable-region-focusable")
FRAME = ((".rail",), (".bar .menu",), (".page-foot",), ("#palette",), ("#shortcuts",))
JUDGED: set[str] = set()


def violations(
    page: Page, within: str = "", rules: tuple[str, ...] = (), *, frame: bool = True
) -> list[str]:
    """A line for each rule that the page breaks as it is now, or that a part of it (CSS) does.

    All rules, or only these; in the frame too, or around it. What axe could not judge here, because
    something covers it, say, is judged where it comes next.
    """
    part = json.dumps(within or {"exclude": () if frame else FRAME})
    coloured = json.dumps(within if within or frame else "main")
    wanted: dict[str, Any] = {"resultTypes": ["violations", "incomplete"], "elementRef": True}
    if rules:
        wanted["runOnly"] = rules
    brought(page, _source())
    said(page, "'axe' in window || void bringAxe()")
    new = sorted(set(json.loads(said(page, LOOK % (_appearances(), coloured)))) - JUDGED)
    found = json.loads(said(page, ASK % (json.dumps(new), part, json.dumps(wanted))))
    JUDGED.update(set(new) - set(found["open"]))
    return [f"{rule}: {help_} {'; '.join(nodes[:3])}" for rule, help_, nodes in found["broken"]]


@cache
def _source() -> str:
    return f"window.bringAxe = () => {{ {SOURCE.read_text()} }}"


@cache
def _appearances() -> str:
    return APPEARANCES.read_text()
