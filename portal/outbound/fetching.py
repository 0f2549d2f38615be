"""Reading an answer of a few hundred kilobytes at most from an address that is named elsewhere.

As everything that goes out: looked up once, judged, connected to that very address; no redirects,
no proxies of the environment, a deadline for all of it.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import urlsplit

from portal.outbound.addresses import Reach
from portal.outbound.http import Answer, Broken, Target, connected

MOST = 512 * 1024
CHUNK = 64 * 1024


def fetch(
    url: str,
    *,
    reach: Reach,
    seconds: float,
    method: str = "GET",
    fields: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> Answer:
    """The whole answer. Raises Blocked, Unreachable, Broken (each with a sentence)."""
    until = time.monotonic() + seconds
    target = _target(url, reach)
    connection = HTTPConnection(target.host, target.port)
    connection.sock = plain = connected(target, until)
    try:
        plain.settimeout(_left(until))
        head = {
            "Host": target.authority,
            "User-Agent": "Slipway",
            "Accept": "application/json",
            "Connection": "close",
        }
        connection.request(method, target.path, body=body, headers={**head, **(fields or {})})
        response = connection.getresponse()
        named = {name.lower(): text for name, text in response.headers.items()}
        return Answer(response.status, named, _body(plain, response, until))
    except TimeoutError as error:
        raise Broken(f"{target.host} did not answer in time.") from error
    except (OSError, HTTPException, ValueError) as error:
        raise Broken(f"{target.host} broke off the conversation.") from error
    finally:
        connection.close()


def _target(url: str, reach: Reach) -> Target:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Broken("That is no address.") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise Broken("That is no address of the web.")
    is_https = parts.scheme == "https"
    return Target(
        host=parts.hostname,
        port=port or (443 if is_https else 80),
        authority=parts.netloc,
        path=f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}",
        is_https=is_https,
        reach=reach,
    )


def _body(plain: socket.socket, response: HTTPResponse, until: float) -> bytes:
    found = bytearray()
    while not response.isclosed() and response.length != 0:
        plain.settimeout(_left(until))
        piece = response.read1(CHUNK)
        if not piece:
            break
        found += piece
        if len(found) > MOST:
            raise Broken(f"The answer is longer than {MOST // 1024} kB.")
    return bytes(found)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
