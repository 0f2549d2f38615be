"""A network that loses answers, and a portal that is away: asked again, done once."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from slipway_cli import client, kept
from slipway_cli.endings import Code
from tests.demo.conftest import Played
from tests.demo.typed.conftest import Slipway

KEY = re.compile(rb"^idempotency-key: (.*?)\r$", re.MULTILINE | re.IGNORECASE)
AWAY = b"HTTP/1.1 %s\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
MOVED = (
    b"HTTP/1.1 301 Moved Permanently\r\nLocation: https://there.example/\r\n"
    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
)


@dataclass
class Road:
    """Passes bytes between a program and the portal. `fate`: what becomes of POSTs, in turn."""

    portal: tuple[str, int]
    fate: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.door = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._open, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.door.getsockname()[1]}"

    def _open(self) -> None:
        with suppress(OSError):  # the door is closed at the end
            while True:
                came, _ = self.door.accept()
                threading.Thread(target=self._pass, args=(came,), daemon=True).start()

    def _pass(self, came: socket.socket) -> None:
        """One request a connection: the answer says so."""
        with came, suppress(ConnectionError):
            asked = _whole(came)
            if not asked:
                return
            fate = ""
            if asked.startswith(b"POST"):
                self.keys += [found.decode() for found in KEY.findall(asked)]
                fate = self.fate.pop(0) if self.fate else ""
            if fate in {"502 Bad Gateway", "503 Service Unavailable", "429 Too Many Requests"}:
                came.sendall(AWAY % fate.encode())
                return
            if fate == "moved":
                came.sendall(MOVED)
                return
            if fate == "not sent":
                return
            answer = self._asked(asked)
            if fate != "lost":
                came.sendall(answer)

    def _asked(self, asked: bytes) -> bytes:
        head, _, body = asked.partition(b"\r\n\r\n")
        host = f"Host: {self.portal[0]}:{self.portal[1]}".encode()
        lines = [
            line
            for line in head.split(b"\r\n")
            if not line.lower().startswith((b"host:", b"connection:"))
        ]
        closing = b"\r\n".join([*lines, host, b"Connection: close"]) + b"\r\n\r\n" + body
        with socket.create_connection(self.portal) as to:
            to.sendall(closing)
            return b"".join(iter(lambda: to.recv(65536), b""))


def _whole(came: socket.socket) -> bytes:
    said = b""
    while b"\r\n\r\n" not in said:
        if not (more := came.recv(65536)):
            return b""
        said += more
    length = re.search(rb"^content-length: (\d+)", said, re.MULTILINE | re.IGNORECASE)
    head = said.index(b"\r\n\r\n") + 4
    while length and len(said) < head + int(length[1]):
        said += came.recv(65536)
    return said


@pytest.fixture
def road(played: Played, slipway: Slipway, monkeypatch: pytest.MonkeyPatch) -> Iterator[Road]:
    """Between the command line and the portal; short pauses, for the tests' sake."""
    road = Road(("127.0.0.1", played.portal.port))
    monkeypatch.setenv(kept.URL, road.address)
    monkeypatch.setattr(client, "FIRST_PAUSE", 0.01)
    yield road
    road.door.shutdown(socket.SHUT_RDWR)  # else it is left listening under the number of the next
    road.door.close()


def runs(played: Played, of: str) -> int:
    return sum(1 for _ in played.person("jonas").every("runs/", transformation=of))


@pytest.mark.parametrize(
    "fate",
    [
        ["lost"],
        ["not sent", "lost", "lost"],
        ["502 Bad Gateway", "lost"],
        ["503 Service Unavailable"],
        ["429 Too Many Requests"],
    ],
    ids=" ".join,
)
def test_what_is_asked_again_is_done_once(
    played: Played, slipway: Slipway, road: Road, quiet: str, fate: list[str]
) -> None:
    before = runs(played, quiet)
    tries = len(fate) + 1
    road.fate = fate
    said = slipway("mira", "run", quiet, "-e", "development", "-p", "month=6", "--json")
    assert said.code == Code.DONE, said
    assert said.json["transformation"] == quiet
    assert len(road.keys) == tries
    assert len(set(road.keys)) == 1
    assert said.aside.count("trying again in") == tries - 1
    assert runs(played, quiet) == before + 1


def test_who_gives_up_is_told_how_to_ask_again(
    played: Played, slipway: Slipway, road: Road, quiet: str
) -> None:
    before = runs(played, quiet)
    road.fate = ["lost"] * client.TRIES
    words = ("run", quiet, "-e", "development", "-p", "month=7", "--key", "job-7", "--json")
    lost = slipway("mira", *words)
    assert (lost.code, lost.out) == (Code.UNREACHABLE, "")
    again, once_more = slipway("mira", *words), slipway("mira", *words)
    assert again.json == once_more.json
    assert runs(played, quiet) == before + 1
    other = slipway("mira", *words[:4], "--key", "job-7", "--json")  # other words: another key
    assert other.json["id"] != again.json["id"]
    assert runs(played, quiet) == before + 2


def test_who_is_sent_elsewhere_does_not_go_there(slipway: Slipway, road: Road, quiet: str) -> None:
    """The token is for the address that was named."""
    road.fate = ["moved"]
    moved = slipway("mira", "run", quiet, "-e", "development")
    assert moved.code == Code.USAGE
    assert "sends on to https://there.example/" in moved.aside


def test_all_pages_of_a_list_are_read(played: Played, slipway: Slipway) -> None:
    api = client.Api(played.portal.address, played.account["tokens"]["jonas"])
    with api.http:
        found = [run["id"] for run in api.rows("runs/", {"limit": 7, "state": ["succeeded"]})]
    expected = [run["id"] for run in played.person("jonas").every("runs/", state="succeeded")]
    assert len(found) > 14
    assert found == expected


def test_an_address_where_nobody_is_ends_with_its_code(
    slipway: Slipway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "FIRST_PAUSE", 0.01)
    monkeypatch.setenv(kept.URL, "http://127.0.0.1:9")
    nobody = slipway("mira", "whoami")
    assert nobody.code == Code.UNREACHABLE
    assert "http://127.0.0.1:9 does not answer" in nobody.aside
    monkeypatch.setenv(kept.URL, "slipway.example")
    assert slipway("mira", "whoami").code == Code.USAGE
