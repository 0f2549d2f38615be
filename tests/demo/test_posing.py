"""What `make screenshots` puts there for its pictures is gone when they are taken."""

from __future__ import annotations

import pytest

from tests.demo.conftest import Played
from tests.journeys.posing import begun, posed


class Interrupted(Exception):
    """Ctrl-C, a page that does not come: whatever ends it early."""


def test_nothing_is_left_behind(played: Played) -> None:
    """Twice, and the second time it is interrupted: then, too, and nothing piles up."""
    passwords = {one["username"]: one["password"] for one in played.account["people"]}
    mira = played.person("mira")
    before, live = begun(played.people), mira.listed("components/airport-weather/live/")
    with posed(played.people, passwords) as first:
        assert begun(played.people) == {path: count + 1 for path, count in before.items()}
    assert begun(played.people) == before
    with pytest.raises(Interrupted), posed(played.people, passwords) as second:
        raise Interrupted
    assert begun(played.people) == before
    assert second["draft"] == first["draft"]
    assert mira.listed("components/airport-weather/live/") == live
