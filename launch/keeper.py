"""Keeps PostgreSQL and Redis running for as long as anybody uses them.

    python -m launch.keeper DATA postgres redis

It is started by the first `servers.start` of a data folder and belongs to none of its users: each
of them holds a shared lock on `users.lock`, and when the kernel has taken the last one back (the
user stopped, or was killed) the servers stop. A server that dies is started again.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from launch import locks
from launch.places import Places
from launch.postgres import Postgres
from launch.redis import Redis
from launch.refusal import Refusal, full_disk

KINDS: dict[str, type[Postgres] | type[Redis]] = {"postgres": Postgres, "redis": Redis}
BETWEEN_LOOKS = 0.2  # seconds
PATIENCE = 30.0  # seconds for the servers of a killed keeper to end
LONGEST_PAUSE = 5.0  # seconds between attempts to start a server that keeps dying


class Kept:
    """A server and its process.

    The server holds `lock` as its standard input, and so do the processes that it forks: whoever
    gets the lock knows that nothing of an earlier server is still ending, on whose files and
    sockets a new one would stumble.
    """

    def __init__(self, server: Postgres | Redis, lock: IO[str]) -> None:
        if not locks.take_within(lock, PATIENCE):
            raise Refusal(
                f"The {server.name} of an earlier start has not ended in {PATIENCE:.0f} s: find "
                f"it with fuser {lock.name}, end it, then start Slipway again."
            )
        self.server, self.lock = server, lock
        self.pause = BETWEEN_LOOKS
        server.prepare()
        self.process = server.start(lock)

    def wait(self) -> None:
        """Until it answers; a Refusal with its last words if it ends or keeps silent."""
        until = time.monotonic() + self.server.patience
        while not self.server.answers():
            ended = self.process.poll() is not None
            if ended or time.monotonic() > until:
                said = self.server.last_words()
                raise Refusal(f"{said}\n{self.server.name} did not start: the lines above say why.")
            time.sleep(0.02)

    def revive(self) -> None:
        """Start it again if it died; wait longer each time when it does not stay up."""
        if self.process.poll() is None:
            self.pause = max(BETWEEN_LOOKS, self.pause * 0.9)
            return
        time.sleep(self.pause)
        self.pause = min(self.pause * 2, LONGEST_PAUSE)
        self.server.prepare()
        self.process = self.server.start(self.lock)

    def stop(self) -> None:
        self.process.send_signal(self.server.stop_with)
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def main(data: Path, kinds: list[str]) -> int:
    """Report `ready` or the reason on standard output, then stay until nobody needs us."""
    if os.fork():
        return 0  # nobody's child: the starter may end first, and need not wait for us
    places = Places(data)
    own_lock, users_lock = places.servers / "keeper.lock", places.servers / "users.lock"
    with locks.opened(own_lock) as own, locks.opened(users_lock) as users:
        if not locks.take(own):
            return 0
        stopping: list[int] = []
        signal.signal(signal.SIGTERM, lambda number, _: stopping.append(number))
        kept: list[Kept] = []
        try:
            _start(places, kinds, kept)
        except (Refusal, OSError) as refusal:
            _stop(kept)
            _report(full_disk(refusal) if isinstance(refusal, OSError) else str(refusal))
            return 1
        _report("ready")
        while not stopping and not locks.take(users):
            time.sleep(BETWEEN_LOOKS)
            for server in kept:
                server.revive()
        _stop(kept)
    return 0


def _start(places: Places, kinds: list[str], kept: list[Kept]) -> None:
    places.make()
    kept.extend(
        Kept(KINDS[kind](places), locks.opened(places.servers / f"{kind}.lock")) for kind in kinds
    )
    for server in kept:
        server.wait()
    state = {kind: server.server.url for kind, server in zip(kinds, kept, strict=True)}
    (places.servers / "state.json").write_text(json.dumps({"keeper": os.getpid(), **state}))


def _stop(kept: list[Kept]) -> None:
    for server in reversed(kept):
        server.stop()


def _report(text: str) -> None:
    """Tell the starter, who waits for the end of our standard output, and let go of it."""
    out: IO[str] = sys.stdout
    out.write(text)
    out.flush()
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
