"""The zygote: one small process with DuckDB warm that forks a sandbox for every request.

Single-threaded, so that forking is safe. It never runs anybody's SQL and never reads a row; it
takes requests from a Unix socket, watches deadlines, kills, reaps, and tells how each job ended.
"""

from __future__ import annotations

import os
import selectors
import shutil
import signal
import socket
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from pipelines.engines.base import EngineError
from pipelines.engines.duckdb import confine, kernel, limits, sandbox, seccomp, session, warmth
from pipelines.engines.duckdb.logbook import Log
from pipelines.engines.duckdb.protocol import Message, refusal
from pipelines.engines.duckdb.reception import Peer, Reception
from pipelines.engines.duckdb.tasks import Task, cannot_write, is_too_large, task_from

MOST_JOBS = 64
TICK = 1.0  # how often the sizes of growing results are looked at


@dataclass(slots=True)
class Child:
    """One sandbox that runs: until when, for whom, and why it was killed if it was."""

    pid: int
    peer: Peer
    task: Task
    began: float
    deadline: float
    reason: str = ""


class Zygote:
    """The event loop. `path` is its socket, `temp` the folder that holds the jobs' own folders."""

    def __init__(self, *, path: str, temp: str, log: Log) -> None:
        self.path = path
        self.temp = temp
        self.log = log
        self.walls = confine.isolate()
        self.title = kernel.Title()
        self.children: dict[int, Child] = {}
        self.number = 0
        self.is_stopping = False
        shutil.rmtree(temp, ignore_errors=True)
        os.makedirs(temp, mode=0o700, exist_ok=True)
        self.connection = session.connect()
        warmth.warm_up(self.connection, temp)
        self.selector = selectors.DefaultSelector()
        self.reception = Reception(
            path=path, selector=self.selector, log=log, serve=self._serve, left=self._left
        )
        self._hear_signals()
        if self.walls.seccomp:
            seccomp.confine_zygote()

    def _hear_signals(self) -> None:
        self.waker, self.waking = socket.socketpair()
        for end in (self.waker, self.waking):
            end.setblocking(False)  # noqa: FBT003
        signal.set_wakeup_fd(self.waking.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        self.selector.register(self.waker, selectors.EVENT_READ, self._woken)

    def _stop(self, *_: Any) -> None:
        self.is_stopping = True

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT; then kill what runs and leave nothing behind."""
        self.log("info", "zygote ready", socket=self.path, **self.health())
        for name in ("user_namespace", "network_namespace", "process_limit", "landlock"):
            if not getattr(self.walls, name):
                self.log("warning", f"this machine gives no {name}: one wall less")
        while not self.is_stopping:
            for key, mask in self.selector.select(self._pause()):
                key.data(key.fileobj, mask)
            self._watch()
        self._finish()

    def health(self) -> Message:
        """What `ping` answers: who runs here, and inside which walls."""
        return {
            "pid": os.getpid(),
            "duckdb": duckdb.__version__,
            "jobs": len(self.children),
            "walls": asdict(self.walls),
        }

    def _pause(self) -> float | None:
        """Seconds until something is due; None while there is nothing to wait for."""
        running = [child for child in self.children.values() if not child.reason]
        due = [child.deadline for child in running] + self.reception.due()
        pause = min(due) - time.monotonic() if due else None
        if any(child.task.writes for child in running):
            pause = TICK if pause is None else min(pause, TICK)
        return pause if pause is None else max(pause, 0)

    def _watch(self) -> None:
        now = time.monotonic()
        for child in self.children.values():
            if not child.reason and now >= child.deadline:
                self._kill(child, "time")
            elif not child.reason and is_too_large(child.task):
                self._kill(child, "file")
        self.reception.watch(now)

    def _serve(self, peer: Peer, request: Message) -> None:
        if request["verb"] == "ping":
            self.reception.answer(peer, {"event": "done", **self.health()})
            return
        if len(self.children) >= MOST_JOBS:
            words = "The sandbox is full; try again in a moment."
            self.reception.answer(peer, refusal(words, "lost"))
            return
        self.number += 1
        try:
            task = task_from(request, os.path.join(self.temp, str(self.number)))
        except OSError as error:
            self.reception.answer(peer, refusal(cannot_write(error), "input"))
            return
        if self._has_room_for(task):
            self._fork(peer, task)
        else:
            self._give_up(peer, task, limits.over("processes", task.limits))

    def _has_room_for(self, task: Task) -> bool:
        """Whether all may have their threads: beyond the kernel's limit DuckDB takes fewer, mute.

        And root's processes the kernel does not count at all.
        """
        own = 1
        threads = sum(child.task.limits.threads for child in self.children.values())
        return own + threads + task.limits.threads <= limits.MOST_TASKS

    def _left(self, peer: Peer) -> None:
        """A client closed, or said that it has nothing more to say: its job is cancelled."""
        self.reception.ignore(peer)
        self._kill(self.children[peer.child], "cancelled")

    def _fork(self, peer: Peer, task: Task) -> None:
        parent = os.getpid()
        now = time.monotonic()
        try:
            pid = os.fork()
        except OSError as error:
            self.log("error", f"no process could be started: {error}", job=task.label)
            words = "The machine has no room for another process; try again in a moment."
            self._give_up(peer, task, EngineError(words, permanent=False, kind="lost"))
            return
        if pid == 0:
            sandbox.enter(
                task,
                peer.socket,
                self.connection,
                parent=parent,
                walls=self.walls,
                title=self.title,
            )
        if task.result is not None:
            os.close(task.result)
        peer.child = pid
        self.children[pid] = Child(pid, peer, task, now, now + task.limits.seconds)
        self.log("debug", "sandbox began", job=task.label, verb=task.request["verb"], pid=pid)

    def _give_up(self, peer: Peer, task: Task, why: EngineError) -> None:
        if task.result is not None and task.writes is not None:
            os.close(task.result)
            os.unlink(task.writes)
        self.reception.answer(peer, refusal(why.message, why.kind))

    def _kill(self, child: Child, reason: str) -> None:
        child.reason = child.reason or reason
        for kill in (os.killpg, os.kill):  # it may not have its own group yet
            with suppress(ProcessLookupError, PermissionError):
                kill(child.pid, signal.SIGKILL)

    def _woken(self, *_: Any) -> None:
        with suppress(BlockingIOError):
            while self.waker.recv(4096):
                pass
        self._reap()

    def _reap(self) -> None:
        while self.children:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            self._bury(self.children.pop(pid), os.waitstatus_to_exitcode(status), usage)

    def _bury(self, child: Child, code: int, usage: Any) -> None:
        """Remove what a sandbox leaves behind, and tell its client how it ended."""
        if child.task.writes and (code != 0 or child.reason):
            with suppress(OSError):
                os.unlink(child.task.writes)
        shutil.rmtree(child.task.temp, ignore_errors=True)
        ending = {
            "code": code,
            "reason": child.reason,
            "cpu_seconds": usage.ru_utime + usage.ru_stime,
            "peak_memory": usage.ru_maxrss * 1024,
            "ran_for": time.monotonic() - child.began,
        }
        level = "info" if code in {0, sandbox.FAILED} else "warning"
        self.log(level, "sandbox ended", job=child.task.label, pid=child.pid, **ending)
        child.peer.child = 0
        self.reception.answer(child.peer, {"event": "exit", **ending})

    def _finish(self) -> None:
        self.reception.close()
        for child in self.children.values():
            self._kill(child, "shutdown")
        while self.children:
            self._reap()
            time.sleep(0.005)
        shutil.rmtree(self.temp, ignore_errors=True)
        with suppress(OSError):
            os.unlink(self.path)
        self.log("info", "zygote stopped")
