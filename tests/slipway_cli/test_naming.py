"""Names for completion: asked once a minute, with little patience, and never a reason to fail."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from threading import Event
from typing import Any

import pytest
from django.utils import timezone

from portal.accounts import operations as accounts
from slipway_cli import kept, naming
from tests.deployments.world import World
from tests.slipway_cli.conftest import SignedIn
from tests.slipway_cli.served import Front

NAMES = ["development", "staging", "production"]
InTheWay = Callable[[], None]


@pytest.fixture
def place(
    world: World, slipway: Front, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> Front:
    """Slipway with three environments and a component, signed in to, and given time to answer."""
    monkeypatch.setattr(naming, "PATIENCE", 60.0)
    signed_in("jonas")
    return slipway


def test_they_are_asked_for_once_and_kept_for_the_one_who_asked(
    place: Front, signed_in: SignedIn
) -> None:
    first = os.environ[kept.TOKEN]
    assert naming.environments("") == NAMES
    assert naming.environments("pro") == ["production"]
    assert place.asked == ["/api/v1/environments/?limit=200"]
    assert stat.S_IMODE(naming.file().stat().st_mode) == 0o600
    assert "slw_" not in naming.file().read_text()
    signed_in("mira")  # who may see other names
    assert naming.environments("s") == ["staging"]
    assert [each.token for each in place.heard] == [first, os.environ[kept.TOKEN]]


def test_of_components_only_those_are_asked_for_that_begin_so(place: Front) -> None:
    assert naming.components("carrier-p") == ["carrier-punctuality"]
    assert place.asked == ["/api/v1/components/?name_begins=carrier-p&limit=200"]
    assert naming.components("dev") == []


def test_a_list_without_pages_is_not_asked_for_one(place: Front) -> None:
    assert naming.queues("deli") == ["deliveries"]
    assert place.asked == ["/api/v1/queues/"]


def test_they_are_asked_for_again_when_they_are_old(
    place: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(naming, "FRESH", 0.0)
    assert naming.teams("") == naming.teams("") == ["airline-data", "finance-data"]
    assert len(place.asked) == 2


@pytest.fixture(params=["silent", "revoked", "a page"])
def in_the_way(
    request: pytest.FixtureRequest,
    place: Front,
    signed_in: SignedIn,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[InTheWay]:
    """From when it is called on: a proxy that hangs or wants a sign-in, or a token that is over."""
    is_over, token = Event(), signed_in("jonas")

    def hangs(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        is_over.wait(20)
        start("504 Gateway Timeout", [])
        return []

    def signs_in(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        start("200 OK", [("Content-Type", "text/html")])
        return [b"<html>Who are you?"]

    def begin() -> None:
        if request.param == "revoked":
            accounts.revoke_token(token=token, by=token.user, now=timezone.now())
        else:
            place.instead = hangs if request.param == "silent" else signs_in
        if request.param == "silent":
            monkeypatch.setattr(naming, "PATIENCE", 0.2)

    yield begin
    is_over.set()


def test_who_gets_no_answer_is_offered_nothing_and_does_not_wait_again(
    place: Front, in_the_way: InTheWay
) -> None:
    in_the_way()
    assert naming.queues("") == []
    assert naming.queues("") == []
    assert len(place.asked) == 1, "who presses Tab would wait each time"


def test_who_gets_no_answer_any_more_is_offered_what_was_known_last(
    place: Front, in_the_way: InTheWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(naming, "FRESH", 0.0)
    assert naming.environments("") == NAMES
    in_the_way()
    assert naming.environments("") == NAMES
    assert len(place.asked) == 2


def test_who_is_not_signed_in_is_offered_nothing(
    place: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(kept.TOKEN)
    assert naming.paths("") == []
    assert place.asked == []


def test_a_file_that_is_broken_is_written_anew(place: Front) -> None:
    naming.file().parent.mkdir(parents=True)
    for broken in ("{", "[1]", '{"a": 1}', '{"a": [1, 2]}'):
        naming.file().write_text(broken)
        assert naming.environments("") == NAMES


def test_no_more_answers_are_kept_than_are_of_use(
    place: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(naming, "MOST", 3)
    for start in "abcdefg":
        naming.components(start)
    assert len(json.loads(naming.file().read_text())) == 3
