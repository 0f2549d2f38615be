"""The page to read the API by."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

from django.test import Client

from tests.doors import all_doors


def test_it_names_every_door_of_the_api(browser: Callable[[str], Client]) -> None:
    page = unescape(browser("mira").get("/api/docs/").content.decode())

    said = page.replace("{id}", "{pk}")
    for door in sorted(door for door in all_doors() if " /api/v1/" in door):
        method, _, path = door.partition(" ")
        if not path.endswith("/diff/{against}/"):  # the same as `?against=`
            assert f"<b>{method} <code>{path}</code></b>" in said
    assert (
        """-X POST -H 'Content-Type: application/json' --data '{"transformation": """
        """"TRANSFORMATION", "environment": "ENVIRONMENT"}' http://testserver/api/v1/runs/"""
    ) in page
    assert "roll it back" in page  # what a scope allows
