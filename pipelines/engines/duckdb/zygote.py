"""The zygote: one small process with DuckDB warm that forks a sandbox for every request.

Single-threaded, so that forking is safe. It never runs SQL and never reads a row; it takes
requests from a Unix socket, watches deadlines, kills, reaps, and tells how each sandbox ended.
"""

from __future__ import annotations

import errno
import json
import os
import selectors
import shutil
import signal
import socket
import struct
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

import duckdb

from pipelines.engines.base import Limits
from pipelines.engines.duckdb import confine, kernel, protocol, sandbox, seccomp, session, warmth
from pipelines.engines.duckdb.protocol import Inbox, Message

MOST_JOBS = 64
BACKLOG = 64
HELLO_TIMEOUT = 10.0  # a peer that asks nothing for so long is dropped
GOODBYE_TIMEOUT = 10.0  # so is one that does not read its answer
TICK = 1.0  # how often the sizes of growing results are looked at
OVERFLOW_USER = 65534


@dataclass(slots=True)
class Peer:
    """One client's connection: what it has said so far, what it still has to hear."""

    socket: socket.socket
    dropped_at: float
    inbox: Inbox = field(default_factory=lambda: Inbox(protocol.LONGEST_REQUEST))
    outbox: bytes = b""
    child: int = 0


@dataclass(slots=True)
class Child:
    """One sandbox that runs: until when, for whom, and why it was killed if it was."""

    pid: int
    peer: Peer
    task: sandbox.Task
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
        self.peers: dict[int, Peer] = {}
        self.children: dict[int, Child] = {}
        self.number = 0
        self.is_stopping = False
        self.selector = selectors.DefaultSelector()
        self.connection = session.connect()
        self._empty_folder()
        warmth.warm_up(self.connection, temp)
        self._listen()
        self._hear_signals()
        if self.walls.seccomp:
            seccomp.confine_zygote()

    def _empty_folder(self) -> None:
        shutil.rmtree(self.temp, ignore_errors=True)
        os.makedirs(self.temp, mode=0o700, exist_ok=True)  # noqa: PTH103

    def _listen(self) -> None:
        with suppress(FileNotFoundError):
            os.unlink(self.path)  # noqa: PTH108
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        self.listener.bind(self.path)
        os.umask(before)
        self.listener.listen(BACKLOG)
        self.listener.setblocking(False)  # noqa: FBT003
        self.selector.register(self.listener, selectors.EVENT_READ, self._welcome)

    def _hear_signals(self) -> None:
        self.waker, waking = socket.socketpair()
        self.waker.setblocking(False)  # noqa: FBT003
        waking.setblocking(False)  # noqa: FBT003
        self.waking = waking
        signal.set_wakeup_fd(waking.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        self.selector.register(self.waker, selectors.EVENT_READ, self._woken)

    def _stop(self, *_: Any) -> None:
        self.is_stopping = True

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT; then kill what runs and leave nothing behind."""
        self.log("info", "zygote ready", socket=self.path, **self.health())
        for name in ("user_namespace", "network_namespace", "landlock", "seccomp"):
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

    # --- time ---------------------------------------------------------------------------------

    def _pause(self) -> float | None:
        """Seconds until something is due; None while there is nothing to wait for."""
        due = [child.deadline for child in self.children.values()]
        due += [peer.dropped_at for peer in self.peers.values() if not peer.child or peer.outbox]
        pause = min(due) - time.monotonic() if due else None
        if any(child.task.writes for child in self.children.values()):
            pause = TICK if pause is None else min(pause, TICK)
        return pause if pause is None else max(pause, 0)

    def _watch(self) -> None:
        now = time.monotonic()
        for child in self.children.values():
            if not child.reason and now >= child.deadline:
                self._kill(child, "time")
            elif not child.reason and _is_too_large(child.task):
                self._kill(child, "file")
        for peer in list(self.peers.values()):
            if (not peer.child or peer.outbox) and now >= peer.dropped_at:
                self._drop(peer)

    # --- peers --------------------------------------------------------------------------------

    def _welcome(self, *_: Any) -> None:
        try:
            connection, _address = self.listener.accept()
        except OSError as error:
            if error.errno in {errno.EMFILE, errno.ENFILE}:
                time.sleep(0.05)  # the backlog stays readable; others have to leave first
            return
        credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        _pid, user, _group = struct.unpack("iII", credentials)
        if user != os.geteuid():
            self.log("warning", "another user knocked and was turned away", user=user)
            connection.close()
            return
        connection.setblocking(False)  # noqa: FBT003
        peer = Peer(connection, dropped_at=time.monotonic() + HELLO_TIMEOUT)
        self.peers[connection.fileno()] = peer
        self.selector.register(connection, selectors.EVENT_READ, self._heard)

    def _heard(self, connection: Any, mask: int) -> None:
        peer = self.peers.get(connection.fileno())
        if peer is None:
            return
        if mask & selectors.EVENT_WRITE:
            self._flush(peer)
            return
        try:
            data = connection.recv(1 << 16)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._take(peer, data)
        else:
            self._left(peer)

    def _take(self, peer: Peer, data: bytes) -> None:
        if peer.child:
            return  # whatever else it says, its job runs already
        peer.inbox.add(data)
        try:
            request = peer.inbox.take()
            if request is not None:
                self._serve(peer, request)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            self._answer(peer, _refusal(f"The request was not understood: {error!r}", "lost"))

    def _left(self, peer: Peer) -> None:
        """The client closed, or said that it has nothing more to say: its job is cancelled."""
        child = self.children.get(peer.child)
        if child is None:
            self._drop(peer)
            return
        self.selector.unregister(peer.socket)
        self._kill(child, "cancelled")

    def _answer(self, peer: Peer, message: Message) -> None:
        """Say the last word to a client, as fast as it listens, then hang up."""
        peer.outbox = protocol.frame(message)
        peer.dropped_at = time.monotonic() + GOODBYE_TIMEOUT
        self._flush(peer)

    def _flush(self, peer: Peer) -> None:
        try:
            sent = peer.socket.send(peer.outbox)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._drop(peer)
            return
        peer.outbox = peer.outbox[sent:]
        if not peer.outbox:
            self._drop(peer)
            return
        with suppress(KeyError):
            self.selector.unregister(peer.socket)
        self.selector.register(peer.socket, selectors.EVENT_WRITE, self._heard)

    def _drop(self, peer: Peer) -> None:
        with suppress(KeyError):
            self.selector.unregister(peer.socket)
        self.peers.pop(peer.socket.fileno(), None)
        peer.socket.close()

    # --- sandboxes ----------------------------------------------------------------------------

    def _serve(self, peer: Peer, request: Message) -> None:
        if request["verb"] == "ping":
            self._answer(peer, {"event": "done", **self.health()})
            return
        if len(self.children) >= MOST_JOBS:
            self._answer(peer, _refusal("The sandbox is full; try again in a moment.", "lost"))
            return
        self.number += 1
        try:
            task = _task(request, os.path.join(self.temp, str(self.number)))  # noqa: PTH118
        except OSError as error:
            self._answer(peer, _refusal(_cannot_write(error), "input"))
            return
        self._fork(peer, task)

    def _fork(self, peer: Peer, task: sandbox.Task) -> None:
        parent = os.getpid()
        now = time.monotonic()
        try:
            pid = os.fork()
        except OSError as error:
            self._give_up(peer, task, error)
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

    def _give_up(self, peer: Peer, task: sandbox.Task, error: OSError) -> None:
        if task.result is not None and task.writes is not None:
            os.close(task.result)
            os.unlink(task.writes)  # noqa: PTH108
        self.log("error", f"no process could be started: {error}", job=task.label)
        words = "The machine has no room for another process; try again in a moment."
        self._answer(peer, _refusal(words, "lost"))

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
            child = self.children.pop(pid, None)
            if child is not None:
                self._bury(child, os.waitstatus_to_exitcode(status), usage)

    def _bury(self, child: Child, code: int, usage: Any) -> None:
        message = {
            "event": "exit",
            "code": code,
            "reason": child.reason,
            "cpu_seconds": usage.ru_utime + usage.ru_stime,
            "peak_memory": usage.ru_maxrss * 1024,
            "ran_for": time.monotonic() - child.began,
        }
        if child.task.writes and (code != 0 or child.reason):
            with suppress(OSError):
                os.unlink(child.task.writes)  # noqa: PTH108
        shutil.rmtree(child.task.temp, ignore_errors=True)
        child.peer.child = 0
        level = "info" if code in {0, sandbox.FAILED} else "warning"
        details = {k: v for k, v in message.items() if k != "event"}
        self.log(level, "sandbox ended", job=child.task.label, pid=child.pid, **details)
        self._answer(child.peer, message)

    def _finish(self) -> None:
        self.listener.close()
        for child in self.children.values():
            self._kill(child, "shutdown")
        while self.children:
            self._reap()
            time.sleep(0.005)
        shutil.rmtree(self.temp, ignore_errors=True)
        with suppress(OSError):
            os.unlink(self.path)  # noqa: PTH108
        self.log("info", "zygote stopped")


class Log:
    """JSON lines on standard output; a line that cannot be written is lost, the job is not."""

    LEVELS = ("debug", "info", "warning", "error")

    def __init__(self, least: str) -> None:
        self.shown = self.LEVELS[self.LEVELS.index(least) :]

    def __call__(self, level: str, message: str, **details: Any) -> None:
        if level not in self.shown:
            return
        now = time.time()
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
        line = {
            "time": f"{stamp}.{int(now % 1 * 1000):03d}Z",
            "level": level,
            "process": "zygote",
            "message": message,
            **details,
        }
        with suppress(OSError):
            os.write(sys.stdout.fileno(), (json.dumps(line) + "\n").encode())


def _task(request: Message, temp: str) -> sandbox.Task:
    """Read a request and make the (empty) file that it is to write. OSError when that fails."""
    verb = request["verb"]
    if verb not in {"execute", "inspect", "convert", "sample"}:
        raise ValueError(f"there is no verb {verb!r}")
    job = request["job"] if verb == "execute" else request
    reads: list[str] = []
    writes = None
    if verb == "execute":
        reads = [str(path) for source in job["sources"] for path in source["paths"]]
        writes = str(job["result_path"])
    elif verb == "convert":
        reads, writes = [str(request["source"])], str(request["target"])
    elif verb == "sample":
        reads = [str(request["path"])]
    mode = 0o600 if verb == "execute" else 0o666
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    return sandbox.Task(
        request=request,
        limits=Limits(**job["limits"]),
        label=str(job.get("label") or verb),
        temp=temp,
        reads=tuple(reads),
        writes=writes,
        result=None if writes is None else os.open(writes, flags, mode),
    )


def _is_too_large(task: sandbox.Task) -> bool:
    if task.writes is None:
        return False
    try:
        return os.stat(task.writes).st_size > task.limits.file_mb * confine.MEBIBYTE  # noqa: PTH116
    except OSError:
        return False


def _refusal(message: str, kind: str) -> Message:
    return {"event": "refused", "message": message, "kind": kind, "permanent": kind != "lost"}


def _cannot_write(error: OSError) -> str:
    if error.errno == errno.EEXIST:
        return "The result's file exists already; each attempt needs a path of its own."
    return f"The result's file cannot be made: {error.strerror}."
