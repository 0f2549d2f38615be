"""Last of its folder by name: what the tests before it have typed, all together."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.demo.typed.conftest import Asked
from tests.typed_house import DOORS


def test_every_command_was_typed_and_went_through_each_of_its_doors(
    asked: Asked, request: pytest.FixtureRequest
) -> None:
    """A new command needs a test against the running portal; so does a new door of an old one."""
    here = Path(__file__).parent
    ran = {item.path for item in request.session.items if item.path.parent == here}
    assert ran == set(here.glob("test_*.py")), "it sums up its folder: run all of that"
    lacking = {
        command: sorted(doors - asked.get(command, set()))
        for command, doors in DOORS.items()
        if command not in asked or doors - asked[command]
    }
    assert lacking == {}
