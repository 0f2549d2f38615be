"""Names for completion: asked once a minute, with little patience, and never a reason to fail."""

from __future__ import annotations

import json
import stat
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from slipway_cli import kept, naming

NAMES = ["development", "staging", "production"]


class Place(BaseHTTPRequestHandler):
    """Answers with names; `way`: otherwise, or not at all."""

    way = ""
    asked: list[str]
    tokens: list[str]
    ended: threading.Event

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.tokens.append(self.headers["Authorization"])
        if self.way == "silent":
            self.ended.wait(20)
            return
        rows = [{"name": name} for name in NAMES]
        body = "<html>" if self.way == "other" else json.dumps({"results": rows})
        self.send_response(401 if self.way == "refused" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Place]]:
    """A Slipway as far as completion knows it, signed in to."""

    class Here(Place):
        asked: list[str] = []
        tokens: list[str] = []
        ended = threading.Event()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Here)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv(kept.URL, f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv(kept.TOKEN, "slw_jonas")
    yield Here
    Here.ended.set()
    server.shutdown()
    server.server_close()


def test_they_are_asked_for_once_and_kept_for_the_one_who_asked(
    place: type[Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert naming.environments("") == NAMES
    assert naming.environments("pro") == ["production"]
    assert place.asked == ["/api/v1/environments/?limit=200"]
    assert stat.S_IMODE(naming.file().stat().st_mode) == 0o600
    assert "slw_" not in naming.file().read_text()
    monkeypatch.setenv(kept.TOKEN, "slw_mira")  # who may see other names
    assert naming.environments("s") == ["staging"]
    assert place.tokens == ["Bearer slw_jonas", "Bearer slw_mira"]


def test_of_components_only_those_are_asked_for_that_begin_so(place: type[Place]) -> None:
    assert naming.components("dev") == ["development"]
    assert place.asked == ["/api/v1/components/?name_begins=dev&limit=200"]


def test_a_list_without_pages_is_not_asked_for_one(place: type[Place]) -> None:
    naming.queues("")
    assert place.asked == ["/api/v1/queues/"]


def test_they_are_asked_for_again_when_they_are_old(
    place: type[Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(naming, "FRESH", 0.0)
    assert naming.teams("") == naming.teams("") == NAMES
    assert len(place.asked) == 2


@pytest.mark.parametrize("way", ["silent", "refused", "other"])
def test_who_gets_no_answer_is_offered_what_was_known_last(
    place: type[Place], monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(naming, "PATIENCE", 0.2)
    monkeypatch.setattr(place, "way", way)
    assert naming.queues("") == []
    assert naming.queues("") == []
    assert len(place.asked) == 1, "who presses Tab would wait each time"

    monkeypatch.setattr(place, "way", "")
    monkeypatch.setattr(naming, "FRESH", 0.0)
    assert naming.sources("") == NAMES
    monkeypatch.setattr(place, "way", way)
    assert naming.sources("") == NAMES


def test_who_is_not_signed_in_is_offered_nothing(
    place: type[Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(kept.TOKEN)
    assert naming.paths("") == []
    assert place.asked == []


def test_a_file_that_is_broken_is_written_anew(place: type[Place]) -> None:
    naming.file().parent.mkdir(parents=True)
    for broken in ("{", "[1]", '{"a": 1}', '{"a": [1, 2]}'):
        naming.file().write_text(broken)
        assert naming.environments("") == NAMES


def test_no_more_answers_are_kept_than_are_of_use(
    place: type[Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(naming, "MOST", 3)
    for start in "abcdefg":
        naming.components(start)
    assert len(json.loads(naming.file().read_text())) == 3
