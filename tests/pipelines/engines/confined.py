"""A process that raises some of the sandbox's walls by itself and then tries to get out.

Run as `python -m tests.pipelines.engines.confined PLAN`, with the plan as JSON; answers JSON on
standard output: for each attempt the name of the error that stopped it, or "" when nothing did.
"""

from __future__ import annotations

import json
import mmap
import os
import socket
import sys
from collections.abc import Callable
from typing import Any

from pipelines.engines.base import Limits, Source
from pipelines.engines.duckdb import confine, kernel, landlock, seccomp, session

Attempts = dict[str, Callable[[], object]]


def main() -> None:
    plan = json.loads(sys.argv[1])
    answer = os.dup(1)
    connection = session.connect()
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
    tried = {
        sql: attempt(lambda sql=sql: connection.execute(sql).fetchall()) for sql in plan["sql"]
    }
    if plan["wall"] == "kernel":
        tried |= {name: attempt(act) for name, act in escapes(plan).items()}
        tried |= system_calls()
    os.write(answer, json.dumps(tried).encode())
    os._exit(0)


def raise_kernel_walls(plan: dict[str, Any], walls: confine.Walls, *, keep: int) -> None:
    seccomp.confine_zygote()
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        os._exit(0)
    confine.leave_parent(parent=os.getppid(), keep=(keep, reading, writing))
    confine.limit(Limits(), is_apart=walls.user_namespace)
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
