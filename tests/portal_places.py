"""Places for a running Slipway of a test: port, database, Redis, static files; and waiting."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis

from launch import frontend, locks
from launch.places import ROOT, Places, data_folder
from launch.preflight import HOST
from tests import databases

TAKEN = "taken-by"


def free_port() -> int:
    with socket.socket() as attempt:
        attempt.bind((HOST, 0))
        return int(attempt.getsockname()[1])


def new_database(name: str) -> str:
    """A migrated database beside the tests' own: see databases.py."""
    name = databases.copied(name.rpartition("-")[2])
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def drop_database(url: str) -> None:
    name = urlsplit(url).path.lstrip("/")
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def free_redis(name: str) -> str:
    """The first numbered database of the tests' Redis that no other test has taken."""
    base = os.environ["REDIS_URL"]
    for number in range(8, 64):
        url = _numbered(base, number)
        with _redis(url) as connection:
            if connection.set(TAKEN, name, nx=True, ex=3600):
                return url
    raise AssertionError("All databases of the tests' Redis are taken.")


def empty_redis(url: str) -> None:
    """Everything but the mark that the database is taken."""
    with _redis(url) as connection:
        owner = connection.get(TAKEN) or ""
        connection.flushdb()
        connection.set(TAKEN, owner, ex=3600)


def give_back_redis(url: str) -> None:
    with _redis(url) as connection:
        connection.flushdb()


def _numbered(url: str, number: int) -> str:
    if url.startswith("redis+socket://"):
        return f"{url.partition('?')[0]}?virtual_host={number}"
    return urlunsplit(urlsplit(url)._replace(path=f"/{number}"))


def _redis(url: str) -> redis.Redis:
    """Celery writes a socket as redis+socket://PATH?virtual_host=N, the client as unix://PATH?db=N."""
    plain = url.replace("redis+socket://", "unix://").replace("virtual_host=", "db=")
    return redis.Redis.from_url(plain)


def static_files() -> Path:
    """Collected once for all portals of this test folder."""
    places = Places(data_folder(os.environ))
    places.make()
    with locks.opened(places.data / "static.lock") as lock:
        locks.wait(lock)
        if fingerprint := frontend.collected(places):
            subprocess.run(
                [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"],
                cwd=ROOT,
                env={**os.environ, "SLIPWAY_DATA": str(places.data)},
                check=True,
            )
            frontend.remember(places, fingerprint)
    return places.data / "static"
