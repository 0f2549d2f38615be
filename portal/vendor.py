"""Files of others that browsers get: an explicit list out of static/node_modules, and nothing else.

The list is the bill of materials of the front end. A file that names a source map brings it along.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.files.storage import FileSystemStorage, Storage

NODE_MODULES = Path(settings.BASE_DIR) / "static" / "node_modules"
# What modules import by name -> the file in node_modules; see templatetags/editor.py
MODULES = {
    **{
        f"@codemirror/{name}": f"@codemirror/{name}/dist/index.js"
        for name in (
            *("autocomplete", "commands", "lang-sql", "lang-yaml", "language", "lint", "state"),
            *("streamparser", "view"),
        )
    },
    **{
        f"@lezer/{name}": f"@lezer/{name}/dist/index.js"
        for name in ("common", "highlight", "lr", "yaml")
    },
    "@marijn/find-cluster-break": "@marijn/find-cluster-break/src/index.js",
    "crelt": "crelt/index.js",
    "style-mod": "style-mod/src/style-mod.js",
    "w3c-keyname": "w3c-keyname/index.js",
}


def module_path(name: str) -> str:
    """The address of a module below /static/."""
    return f"vendor/modules/{name.removeprefix('@').replace('/', '-')}.js"


# The address below /static/ -> the file in node_modules
VENDOR_FILES = {
    "vendor/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "vendor/idiomorph-ext.min.js": "idiomorph/dist/idiomorph-ext.min.js",
    "vendor/relative-time.js": "@github/relative-time-element/dist/bundle.js",
    # On the page that compares versions, and on those of the graph
    "vendor/diff2html.min.js": "diff2html/bundles/js/diff2html.min.js",
    "vendor/cytoscape.min.js": "cytoscape/dist/cytoscape.min.js",
    "vendor/cytoscape-dagre.min.js": "cytoscape-dagre/dist/cytoscape-dagre.min.js",
    "vendor/cytoscape-dagre.min.js.map": "cytoscape-dagre/dist/cytoscape-dagre.min.js.map",
    **{module_path(name): file for name, file in MODULES.items()},
}


class VendorStorage(FileSystemStorage):
    """Reads a vendor file by its address."""

    def path(self, name: str) -> str:
        return str(NODE_MODULES / VENDOR_FILES[name])


class VendorFinder(BaseFinder):
    """Finds exactly the files of VENDOR_FILES."""

    storage = VendorStorage()

    def check(self, **_: Any) -> list[CheckMessage]:
        return []

    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:  # noqa: FBT001, FBT002
        if path not in VENDOR_FILES:
            return []
        found = self.storage.path(path)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for path in VENDOR_FILES:
            yield path, self.storage
