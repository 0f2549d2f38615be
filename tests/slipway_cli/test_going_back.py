"""What `slipway rollback` says that it leaves, and how it names where to."""

from __future__ import annotations

from typing import Any

import pytest

from slipway_cli import waiting
from slipway_cli.commands import shipping
from slipway_cli.endings import Code, Ended

PLACES = [{"environment": "staging", "deployment": 23}]


class Portal:
    """Answers what is live, and remembers what it was sent."""

    def __init__(self, *, is_readable: bool = True) -> None:
        self.is_readable = is_readable
        self.sent: dict[str, Any] = {}

    def get(self, path: str, query: object = None) -> Any:
        if not self.is_readable:
            raise Ended(Code.NOT_ALLOWED, "This token does not read.")
        assert path == "components/punctuality/live/"
        return PLACES

    def post(self, path: str, /, **body: Any) -> dict[str, Any]:
        self.sent = body
        raise Ended(Code.REFUSED, "That is all.")


def sent(monkeypatch: pytest.MonkeyPatch, portal: Portal, **options: Any) -> dict[str, Any]:
    monkeypatch.setattr(shipping, "begun", lambda *_: portal)
    with pytest.raises(Ended, match="That is all"):
        shipping.rollback("punctuality", environment="staging", reason="Wrong.", **options)
    return portal.sent


SAID = {"environment": "staging", "reason": "Wrong.", "release": ""}


def test_it_says_what_it_saw_live(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sent(monkeypatch, Portal()) == SAID | {"leaves": 23}


def test_under_a_key_the_same_command_asks_for_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sent(monkeypatch, Portal(), key="job-1") == SAID


def test_who_may_not_read_goes_back_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sent(monkeypatch, Portal(is_readable=False)) == SAID


def test_a_configuration_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    portal = Portal(is_readable=False)
    said = sent(monkeypatch, portal, release="2", configuration=1)
    assert said == SAID | {"release": "2", "configuration": 1}


def test_what_may_be_named_is_written_as_it_is_typed() -> None:
    ways = [
        {"release": release, "configuration": configuration, "is_possible": is_possible}
        for release, configuration, is_possible in ((3, 2, 1), (3, 1, 1), (2, 1, 1), (1, 1, 0))
    ]
    assert shipping._by_name(ways) == (
        "--release 3 --configuration 2 or --release 3 --configuration 1 or --release 2 "
        "goes there all the same."
    )


def test_what_waits_and_is_live_already_is_left_by_rolling_back() -> None:
    seen = {"number": 51, "component": "punctuality", "environment": "staging", "live_at": None}
    assert waiting._or_else(seen) == "slipway abort 51"
    live = seen | {"live_at": "2026-12-03T06:00:00Z"}
    assert waiting._or_else(live) == "slipway rollback punctuality --env staging --reason WHY"
