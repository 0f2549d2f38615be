"""A process that raises some of the sandbox's walls by itself and then tries to get out.

Run as `python -m tests.pipelines.engines.confined PLAN`, with the plan as JSON; answers JSON on
standard output: for each attempt the name of the error that stopped it, or "" when nothing did.
"""

from __future__ import annotations

import codecs
import json
import mmap
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

from pipelines.engines.base import Limits, Source
from pipelines.engines.duckdb import confine, kernel, landlock, seccomp, session

Attempts = dict[str, Callable[[], object]]


def main() -> None:
    plan = json.loads(sys.argv[1])
    answer = os.dup(1)
    connection = session.connect()
    if "user" in plan:
        become(plan["user"])
    walls = confine.isolate()
    if plan["wall"] == "duckdb":
        found = session.Session(connection, Limits())
        found.prepare(plan["temp"])
        found.attach([Source("flights", "parquet", (plan["input"],))])
        found.lock([plan["input"], plan["result"]])
    else:
        # What must be open or loaded before the door is closed.
        connection.execute("SELECT 1 AS a").fetchall()
        raise_kernel_walls(plan, walls, keep=answer)
    tried: dict[str, object] = {
        sql: attempt(lambda sql=sql: connection.execute(sql).fetchall()) for sql in plan["sql"]
    }
    if plan["wall"] == "kernel":
        tried |= {name: attempt(act) for name, act in escapes(plan).items()}
        tried |= system_calls()
    if plan["wall"] == "processes":
        tried |= {"walls": {"process_limit": walls.process_limit}, "fork": attempt(os.fork)}
        tried |= threads(plan["threads"])
    os.write(answer, json.dumps(tried).encode())
    os._exit(0)


def become(user: int) -> None:
    """Be an ordinary user, with all that is imported: who knows whether that user could."""
    codecs.lookup("ascii")
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)  # else /proc/self would still be root's


def raise_kernel_walls(plan: dict[str, Any], walls: confine.Walls, *, keep: int) -> None:
    seccomp.confine_zygote()
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        os._exit(0)
    confine.leave_parent(parent=os.getppid(), keep=(keep, reading, writing))
    confine.limit(Limits(threads=plan.get("threads", 1)), is_counted=walls.process_limit)
    paths = [(plan["input"], landlock.READ), (plan["result"], landlock.WRITE)]
    confine.close_the_door(walls, [*paths, (plan["temp"], landlock.SCRATCH)])


def attempt(act: Callable[[], object]) -> str:
    try:
        act()
    except Exception as error:  # noqa: BLE001 - whatever stopped it is the answer
        return type(error).__name__
    return ""


def system_calls() -> dict[str, str]:
    """Every refused call, made with zeros; the kernel must refuse it before looking at those."""
    place = seccomp.ARCHITECTURES.index(os.uname().machine)
    calls = {**seccomp.REFUSED, **seccomp.REFUSED_TO_CHILDREN}
    numbers = {name: pair[place] for name, pair in calls.items() if pair[place] is not None}
    return {
        f"call {name}": attempt(lambda number=number: kernel.syscall(number, 0, 0, 0, 0))
        for name, number in numbers.items()
    }


def threads(wanted: int) -> dict[str, object]:
    """Threads that do nothing, as many as wanted: what stopped the last one, and how many came."""
    threading.stack_size(64 * 1024)  # so that it is their number that counts, not their memory
    for came in range(wanted):
        stopped = attempt(threading.Thread(target=signal.pause, daemon=True).start)
        if stopped:
            return {"threads": stopped, "threads that came": came}
    return {"threads": "", "threads that came": wanted}


def escapes(plan: dict[str, Any]) -> Attempts:
    def opened(path: str, flags: int) -> Callable[[], object]:
        return lambda: os.close(os.open(path, flags))

    return {
        "read the secret": opened(plan["secret"], os.O_RDONLY),
        "read the link": opened(plan["link"], os.O_RDONLY),
        "list a folder": lambda: os.listdir(os.path.dirname(plan["secret"])),
        "write the input": opened(plan["input"], os.O_WRONLY),
        "empty the input": lambda: os.truncate(plan["input"], 0),
        "remove the input": lambda: os.unlink(plan["input"]),
        "make a file": opened(plan["outside"], os.O_WRONLY | os.O_CREAT),
        "make a folder": lambda: os.mkdir(plan["outside"]),
        "fork": os.fork,
        "start a program": lambda: os.execv("/bin/true", ["true"]),
        "spawn a program": lambda: os.posix_spawn("/bin/true", ["true"], {}),
        "open a socket": socket.socket,
        "signal another": lambda: os.kill(os.getppid(), 0),
        "new namespace": lambda: kernel.unshare(kernel.CLONE_NEWUSER),
        "map code": lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC),
        "live on": lambda: kernel.prctl(kernel.PR_SET_PDEATHSIG, 0),
        # What must still work, or nothing above means anything.
        "may: read the input": opened(plan["input"], os.O_RDONLY),
        "may: write the result": opened(plan["result"], os.O_WRONLY | os.O_TRUNC),
        "may: scratch": opened(f"{plan['temp']}/x", os.O_WRONLY | os.O_CREAT),
    }


if __name__ == "__main__":
    main()
