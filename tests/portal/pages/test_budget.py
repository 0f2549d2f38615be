"""What a page makes a browser fetch: at most 120 kB packed, and the heavy parts only where used."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client

from tests.portal_places import static_files
from tests.whole_house import Whole

Browser = Callable[[str], Client]
MOST = 120_000  # bytes of style sheets and scripts, as gzip packs them
FETCHED = re.compile(r'<(?:script[^>]* src|link rel="stylesheet" href)="/static/([^"]+)"')
IMPORTED = re.compile(r"""(?:from|import)\s*["'](\./[^"']+)["']""")
# Charts, graphs, differences and the editor are paid for by the pages that have them
HEAVY = ("cytoscape", "diff2html", "editor/")
PAGES = (
    *("/", "/components/", "/components/{name}/", "/deployments/", "/deployments/{number}/"),
    *("/runs/", "/runs/{number}/", "/logs/", "/traces/", "/service-map/", "/changes/"),
    *("/clients/", "/clients/{name}/", "/components/{name}/health/", "/components/{name}/grid"),
    *("/audit/", "/notifications/settings/", "/golden-paths/", "/drafts/", "/handbook/"),
)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_light(path: str, whole: Whole, browser: Browser) -> None:
    sizes = {name: packed(name) for name in fetched(browser("mira"), whole.address(path))}
    light = {name: size for name, size in sizes.items() if not any(part in name for part in HEAVY)}
    assert {"vendor/htmx.min.js"} <= {plain(name) for name in light}
    assert sum(light.values()) <= MOST, "\n".join(f"{size} {name}" for name, size in light.items())


@pytest.mark.parametrize("path", ["/", "/components/", "/runs/", "/deployments/", "/logs/"])
def test_what_is_heavy_is_fetched_only_where_it_is_used(
    path: str, whole: Whole, browser: Browser
) -> None:
    found = fetched(browser("mira"), whole.address(path))
    assert [name for name in found if any(part in name for part in HEAVY)] == []


def fetched(client: Client, address: str) -> set[str]:
    """What the page names, and what that imports."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return {one for name in FETCHED.findall(answer.content.decode()) for one in _with_imports(name)}


def _with_imports(name: str) -> Iterator[str]:
    yield name
    if name.endswith(".js") and name.startswith("js/"):
        for imported in IMPORTED.findall(_file(name).read_text()):
            yield from _with_imports(str(Path(name).parent / imported))


def packed(name: str) -> int:
    return len(gzip.compress(_file(name).read_bytes(), 9))


def plain(name: str) -> str:
    """Without the hash of its content."""
    return re.sub(r"\.[0-9a-f]{12}(?=\.)", "", name)


def _file(name: str) -> Path:
    return static_files() / name
