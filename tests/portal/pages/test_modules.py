"""A script may import another of ours: only hashed names are served, so the import says one."""

from __future__ import annotations

import re

import pytest

from tests.portal_places import static_files

IMPORT = re.compile(r"""(?:from|import)\s*["'](\.{1,2}/[^"']+)["']""")


@pytest.mark.parametrize("folder", ["js", "js/editor"])
def test_what_a_module_imports_is_served(folder: str) -> None:
    collected = static_files()
    missing = [
        f"{script.name} imports {name}"
        for script in (collected / folder).glob("*.js")
        for name in IMPORT.findall(script.read_text())
        if not (script.parent / name).exists()
    ]
    assert not missing
