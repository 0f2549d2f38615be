"""PostgreSQL and Redis of one data folder, shared by all who ask for them.

with servers.start(Path(".data")) as running:
    running.database_url, running.redis_url
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from launch import locks
from launch.places import ROOT, Places
from launch.refusal import Refusal

BOTH = ("postgres", "redis")


@dataclass
class Servers:
    """What one user of the servers holds. The servers run until the last user stops or dies."""

    keeper: int
    database_url: str
    redis_url: str
    _keeper_lock: Path = field(repr=False)
    _use: IO[str] = field(repr=False)

    def stop(self) -> None:
        """Give up the use of the servers; the last user waits until they have ended."""
        if self._use.closed:
            return
        until = time.monotonic() + 40
        while time.monotonic() < until and not self._let_go():
            time.sleep(0.05)
        self._use.close()

    def are_kept(self) -> bool:
        """Is somebody looking after them? If not, `start` again."""
        return locks.is_held(self._keeper_lock)

    def _let_go(self) -> bool:
        if locks.take(self._use):  # alone: nobody else can come in while this lock is held
            if self.are_kept():
                os.kill(self.keeper, signal.SIGTERM)
            locks.wait_until_free(self._keeper_lock, 30)
            return True
        return locks.take(self._use, shared=True)  # others go on; else the keeper is stopping

    def __enter__(self) -> Servers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def start(data: Path, kinds: tuple[str, ...] = BOTH) -> Servers:
    """Start the servers of this data folder, or join those that run.

    Concurrent starters wait for the first one. A Refusal says why it can't be done.
    """
    places = Places(data.absolute())
    places.make()
    keeper = places.servers / "keeper.lock"
    with locks.opened(places.servers / "start.lock") as starting:
        locks.wait(starting)
        use = locks.opened(places.servers / "users.lock")
        try:
            locks.wait(use, shared=True)  # a keeper that is just stopping finishes first
            if not locks.is_held(keeper):
                _start_keeper(places, kinds)
            state = _state(places, kinds)
        except BaseException:
            use.close()
            raise
    urls = state.get("postgres", ""), state.get("redis", "")
    return Servers(state["keeper"], *urls, keeper, use)


def _start_keeper(places: Places, kinds: tuple[str, ...]) -> None:
    """In a session of its own, so that Ctrl-C in a terminal reaches only its users."""
    log_path = places.logs / "keeper.log"
    with log_path.open("ab") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "launch.keeper", str(places.data), *kinds],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=ROOT,
            start_new_session=True,
        )
    said = keeper.communicate()[0].decode()
    if said != "ready":
        raise Refusal(said or f"PostgreSQL and Redis did not start: {log_path} says why.")


def _state(places: Places, kinds: tuple[str, ...]) -> dict[str, Any]:
    state: dict[str, Any] = json.loads((places.servers / "state.json").read_text())
    if not set(kinds) <= set(state):
        raise Refusal(
            f"Another Slipway runs in {places.data} with other settings of DATABASE_URL or "
            "REDIS_URL: stop it first."
        )
    return state
