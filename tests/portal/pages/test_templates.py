"""What templates and static files may not hold, and what must agree with what."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse

from portal import frame, icons, navigation, platform_tabs
from portal.vendor import NODE_MODULES, VENDOR_FILES

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static" / "portal"
# The content policy forbids what would run or style inline.
INLINE = re.compile(r'\sstyle="|\son[a-z]+="|<style|<script(?![^>]*\ssrc=)|javascript:')
ICON = re.compile(r'{% icon "([a-z-]+)"')
URL = re.compile(r"{% url '([a-z:-]+)'")


def all_templates() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("path", all_templates(), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_template(path: Path) -> None:
    text = path.read_text()
    get_template(str(path.relative_to(TEMPLATES)))
    assert not INLINE.search(text), "Inline styles and scripts are forbidden: make a class, a file."
    assert len(text.splitlines()) <= 150
    known = symbols()
    assert set(ICON.findall(text)) <= known
    for name in URL.findall(text):
        assert _is_known(name), f"{name} leads nowhere"


def test_the_sprite_is_what_the_command_writes() -> None:
    outlines = NODE_MODULES / "@tabler" / "icons" / "icons" / "outline"
    written = icons.sprite(outlines, STATIC / "img" / "states.svg")
    assert (STATIC / "img" / "icons.svg").read_text() == written, "Run manage.py icons."


def test_every_vendor_file_is_found_and_nothing_else_of_node_modules() -> None:
    for address in VENDOR_FILES:
        assert finders.find(address), address
    assert not finders.find("vendor/axe.min.js")
    assert not finders.find("axe-core/axe.min.js")


def test_modules_are_small() -> None:
    long = [p.name for p in (STATIC / "js").glob("*.js") if len(p.read_text().splitlines()) > 100]
    assert long == []


def test_navigation_leads_somewhere() -> None:
    entries = [*frame.RAIL, *frame.RAIL_PLACES]
    assert all(_is_known(entry.url) for entry in entries)
    assert len({entry.key for entry in entries}) == len(entries), "Two shortcuts share a key."
    assert all(_is_known(tab.url) for tab in platform_tabs.TABS)
    for _, name in navigation.COMPONENT_TABS:
        assert _is_known(name)
    for panel in (*navigation.COMPONENT_PANELS, *navigation.COMPONENT_MARGIN):
        assert _is_known(panel.url)


def symbols() -> set[str]:
    return set(re.findall(r'<symbol id="([a-z-]+)"', (STATIC / "img" / "icons.svg").read_text()))


def _is_known(name: str) -> bool:
    """Whether a URL has this name, whatever arguments it takes."""
    pk = "01a1f97b-696b-732b-a69f-73fad4dc6348"
    shapes = ([], ["x"], [1], [pk], ["x", 1], ["x", "y"], [pk, pk], [1, 1], [1, "x"])
    return any(_leads(name, list(shape)) for shape in shapes)


def _leads(name: str, arguments: list[object]) -> bool:
    try:
        reverse(name, args=arguments)
    except NoReverseMatch:
        return False
    return True
