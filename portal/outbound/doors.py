"""The one way out to an address that a person gave: looked up once, judged, then connected to.

Between the judgement and the connection no name is looked up again, so that one whose answer
changes meanwhile gains nothing. Proxies that the environment names are not used.
"""

from __future__ import annotations

import socket
import time

from portal.outbound.addresses import Reach, refusal

MOST_ADDRESSES = 8


class Blocked(Exception):
    """The address may not be reached from here, in a sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Unreachable(Exception):
    """Nobody answers there now, in a sentence; trying again may help."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def look_up(host: str, port: int, reach: Reach) -> list[str]:
    """The addresses of a host; Blocked if any of them may not be reached.

    One bad address spoils the name: whoever answers for it could send the good ones first.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"The name {host} is not known here: {_reason(error)}.") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        if why := refusal(address, reach):
            led = "" if address == host else f" leads to {address}, which"
            raise Blocked(f"{host}{led} {why}.")
    return addresses[:MOST_ADDRESSES]


def connect(host: str, port: int, reach: Reach, *, until: float) -> socket.socket:
    """A connection to the first address that takes it, `until` a monotonic instant."""
    last: OSError | None = None
    for address in look_up(host, port, reach):
        left = until - time.monotonic()
        if left <= 0:
            break
        try:
            return socket.create_connection((address, port), timeout=left)
        except OSError as error:
            last = error
    raise Unreachable(f"{host} does not take connections: {_reason(last)}.") from last


def _reason(error: Exception | None) -> str:
    if error is None or isinstance(error, TimeoutError):
        return "it did not answer in time"
    return (getattr(error, "strerror", None) or str(error)).rstrip(".")
