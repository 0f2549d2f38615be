"""What can be in the way of a start, each said in one sentence before anything is started."""

from __future__ import annotations

import errno
import json
import os
import shutil
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import IO
from urllib.parse import parse_qs, urlsplit

from launch import locks
from launch.places import Places, data_folder, given
from launch.refusal import Refusal

HOST = "127.0.0.1"
NEEDED_BYTES = 500_000_000
PACKAGES_BYTES = 1_200_000_000  # of Python and of the front end, brought once
OLDEST_POSTGRES = 15
PATIENCE = 5  # seconds for a server to answer


def at_once(environment: Mapping[str, str]) -> None:
    """The checks that need no installed package, for the moment before anything is installed."""
    places = Places(data_folder(environment))
    folder_is_writable(places.data)
    disk_has_room(places.data)
    only_one(places).close()
    port_is_free(port(environment))


def of_servers(environment: Mapping[str, str]) -> None:
    """Do the servers that are named, if any, answer?"""
    if database := given(environment, "DATABASE_URL"):
        database_answers(database)
    if redis := given(environment, "REDIS_URL"):
        redis_answers(redis)


def port(environment: Mapping[str, str]) -> int:
    value = environment.get("PORT") or "8000"
    if not value.isdigit() or not 0 < int(value) < 65536:
        raise Refusal(f"PORT={value} is no port: choose a number from 1024 to 65535.")
    return int(value)


def port_is_free(number: int) -> None:
    try:
        _bind(number)
    except PermissionError:
        raise Refusal(
            f"Port {number} is for root only: choose one above 1023, for example make up PORT=8000"
        ) from None
    except OSError:
        raise Refusal(
            f"Port {number} on {HOST} is taken by another program. "
            f"Choose another one: make up PORT={_free_port(number)}"
        ) from None


def only_one(places: Places) -> IO[str]:
    """The lock of a running Slipway, which writes who it is into it (`announce`)."""
    lock = locks.opened(places.data / "up.lock")
    if locks.take(lock):
        return lock
    lock.close()
    running = running_slipway(places) or {"pid": "unknown", "url": "an address not known yet"}
    raise Refusal(
        f"Slipway already runs on {places.data} (process {running['pid']}, {running['url']}). "
        "Use that one, or stop it with Ctrl-C there first."
    )


def announce(lock: IO[str], url: str) -> None:
    """Say in the lock file who holds it."""
    lock.truncate(0)
    lock.write(json.dumps({"pid": os.getpid(), "url": url}))
    lock.flush()


def running_slipway(places: Places) -> dict[str, str] | None:
    """`pid` and `url` of the Slipway that runs on this data folder, if one does."""
    path = places.data / "up.lock"
    if not path.exists() or not locks.is_held(path):
        return None
    return json.loads(path.read_text() or "null")  # type: ignore[no-any-return]


def disk_has_room(folder: Path, *, needed: int = NEEDED_BYTES) -> None:
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise Refusal(
            f"Only {free // 1_000_000} MB are free on the disk of {folder}, and Slipway needs "
            f"{needed // 1_000_000} MB: free some space, or set SLIPWAY_DATA to a folder elsewhere."
        )


def packages_fit(environment: Path) -> None:
    """Room for what is brought once, so that no half of it fills the disk."""
    disk_has_room(environment, needed=NEEDED_BYTES if environment.exists() else PACKAGES_BYTES)


def folder_is_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f"probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise Refusal(
            f"{folder} can't be written to ({error.strerror}): set SLIPWAY_DATA to another folder."
        ) from None


def database_answers(url: str, *, oldest: int = OLDEST_POSTGRES) -> None:
    """Connects once; the password never appears in the sentence."""
    import psycopg

    if not url.startswith(("postgres://", "postgresql://")):
        raise Refusal("DATABASE_URL must begin with postgresql://, because PostgreSQL is needed.")
    try:
        with psycopg.connect(url, connect_timeout=PATIENCE) as connection:
            version = connection.info.server_version
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[0].rsplit("failed: ", 1)[-1].rstrip(".")
        raise Refusal(
            f"The PostgreSQL at {_address(url)}, named by DATABASE_URL, does not let us in "
            f"({reason}): start it, correct DATABASE_URL, or unset it to use the embedded one."
        ) from None
    if version < oldest * 10_000:
        raise Refusal(
            f"Slipway needs PostgreSQL {oldest} or newer, and the one at {_address(url)}, named by "
            f"DATABASE_URL, is {version // 10_000}.{version % 10_000}."
        )


def redis_answers(url: str) -> None:
    import redis

    try:
        with redis.Redis.from_url(
            _for_redis(url), socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE
        ) as connection:
            connection.ping()
    except (redis.RedisError, ValueError, OSError) as error:
        raise Refusal(
            f"The Redis at {_address(url)}, named by REDIS_URL, does not answer ({error}): "
            "start it, correct REDIS_URL, or unset it to use the embedded one."
        ) from None


def _for_redis(url: str) -> str:
    """Celery writes a socket as redis+socket://PATH?virtual_host=N, the client as unix://PATH?db=N."""
    parts = urlsplit(url)
    if parts.scheme != "redis+socket":
        return url
    number = parse_qs(parts.query).get("virtual_host", ["0"])[0]
    return f"unix://{parts.path}?db={number}"


def _address(url: str) -> str:
    """Host and port, or the folder of the socket: nothing secret."""
    parts = urlsplit(url)
    if parts.hostname:
        return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
    return parse_qs(parts.query).get("host", [parts.path])[0]


def _bind(number: int) -> None:
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        attempt.bind((HOST, number))


def _free_port(taken: int) -> int:
    for number in range(taken + 1, min(taken + 100, 65536)):
        try:
            _bind(number)
        except OSError:
            continue
        return number
    return 8000
