"""Where requests may go, written out: a newer library changes nothing in silence."""

from __future__ import annotations

import socket
import time

import pytest

from portal.outbound.addresses import Reach, refusal
from portal.outbound.doors import Blocked, Unreachable, connect, look_up

PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8"]
INSIDE = [
    "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "198.18.0.1",
    "192.0.0.8", "192.88.99.1", "203.0.113.1", "fd12::1", "fec0::1", "::ffff:10.0.0.1",
    "64:ff9b::a00:1", "2002:a00:1::", "::10.0.0.1", "2001:db8::1", "2001:0:1::1", "3fff::1",
    "64:ff9b:1::1", "5f00::1",
]  # fmt: skip
OWN = ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"]
NEVER = [
    "0.0.0.0", "0.1.2.3", "169.254.169.254", "168.63.129.16", "100.100.100.200", "192.0.0.192",
    "224.0.0.1", "255.255.255.255", "240.0.0.1", "::", "fe80::1", "fe80::1%eth0", "ff02::1",
    "fd00:ec2::254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::",
]  # fmt: skip


@pytest.mark.parametrize(
    ("addresses", "open_to"),
    [
        (PUBLIC, {Reach.PUBLIC, Reach.INTERNAL, Reach.ANY}),
        (INSIDE, {Reach.INTERNAL, Reach.ANY}),
        (OWN, {Reach.ANY}),
        (NEVER, set()),
    ],
)
def test_how_far_a_request_may_go(addresses: list[str], open_to: set[Reach]) -> None:
    for address in addresses:
        allowed = {reach for reach in Reach if not refusal(address, reach)}
        assert allowed == open_to, address


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "0177.0.0.1", "2130706433", "0x7f.1", "127.1", "[::1]"]
)
def test_every_spelling_of_this_machine_is_seen_through(host: str) -> None:
    with pytest.raises((Blocked, Unreachable)):
        look_up(host.strip("[]"), 80, Reach.PUBLIC)


def test_a_refusal_says_where_a_name_led() -> None:
    with pytest.raises(Blocked) as refused:
        look_up("localhost", 80, Reach.PUBLIC)
    assert "localhost leads to" in refused.value.message
    assert "this machine itself" in refused.value.message
    with pytest.raises(Blocked, match=r"^10\.0\.0\.1 is inside a private"):
        look_up("10.0.0.1", 80, Reach.PUBLIC)


def test_a_name_that_is_not_known_is_said_in_words() -> None:
    with pytest.raises(Unreachable, match=r"nobody\.invalid is not known here"):
        look_up("nobody.invalid", 443, Reach.PUBLIC)


def test_a_port_that_nobody_listens_at_is_said_in_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(Unreachable, match="does not take connections"):
        connect("127.0.0.1", port, Reach.ANY, until=time.monotonic() + 5)


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        connect("127.0.0.1", port, Reach.ANY, until=time.monotonic() + 5).close()
