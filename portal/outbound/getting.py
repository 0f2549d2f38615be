"""One file from an address that a person gave: within bounds of time and size, led nowhere else.

The address is judged, looked up once and connected to (`doors.py`). Redirects are not followed,
environment proxies are not used, and only https is spoken.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from functools import cache
from urllib.parse import urlsplit

from portal.outbound.addresses import Reach
from portal.outbound.doors import Blocked, Unreachable, connect

SECONDS = 10.0
CHUNK = 64 * 1024


class NotGot(Exception):
    """A file that could not be had, in a sentence; `is_final`: again would not help."""

    def __init__(self, message: str, *, is_final: bool = True) -> None:
        super().__init__(message)
        self.message, self.is_final = message, is_final


def get(url: str, *, reach: Reach, most: int, authorities: str = "") -> bytes:
    """The file at an address, of at most `most` bytes. Raises NotGot.

    `authorities` is a file of certificates, where they are not the system's.
    """
    host, port, target = _parts(url)
    until = time.monotonic() + SECONDS
    try:
        plain = connect(host, port, reach, until=until)
    except Blocked as error:
        raise NotGot(error.message) from error
    except Unreachable as error:
        raise NotGot(error.message, is_final=False) from error
    try:
        plain.settimeout(max(0.001, until - time.monotonic()))
        with _trust(authorities).wrap_socket(plain, server_hostname=host) as secured:
            return _asked(secured, host, port, target, most, until)
    except ssl.SSLError as error:
        raise NotGot(f"{host} did not show a certificate that can be trusted.") from error
    except TimeoutError as error:
        raise NotGot(f"{host} did not answer in time.", is_final=False) from error
    except (OSError, http.client.HTTPException) as error:
        raise NotGot(f"The connection to {host} broke.", is_final=False) from error
    finally:
        plain.close()


def _parts(url: str) -> tuple[str, int, str]:
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError as error:
        raise NotGot(f"“{url[:200]}” is no address.") from error
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.password:
        raise NotGot(f"“{url[:200]}” is no address that is read from: it begins with https://.")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not target.isascii() or any(letter <= " " for letter in target):
        raise NotGot(f"“{url[:200]}” holds a character that an address can't have.")
    return parts.hostname, port, target


def _asked(
    secured: socket.socket, host: str, port: int, target: str, most: int, until: float
) -> bytes:
    connection = http.client.HTTPConnection(host, port)
    connection.sock = secured
    fields = {"User-Agent": "Slipway", "Accept-Encoding": "identity", "Connection": "close"}
    connection.request("GET", target, headers=fields)
    answer = connection.getresponse()
    if answer.status != http.HTTPStatus.OK:
        is_passing = answer.status in {429, 500, 502, 503, 504}
        raise NotGot(f"{host} answered {answer.status} for {target}.", is_final=not is_passing)
    found = bytearray()
    while piece := answer.read1(CHUNK):
        found += piece
        if len(found) > most:
            raise NotGot(f"What {host} sends is larger than {most // 1024:,} kB.")
        if time.monotonic() > until:
            raise NotGot(f"{host} did not answer in time.", is_final=False)
        secured.settimeout(max(0.001, until - time.monotonic()))
    return bytes(found)


@cache
def _trust(authorities: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=authorities or None)
