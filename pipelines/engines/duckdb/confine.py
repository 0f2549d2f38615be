"""The walls around a query: namespaces for the zygote; limits, Landlock and seccomp for a child."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable
from dataclasses import dataclass

from pipelines.engines.base import Limits
from pipelines.engines.duckdb import kernel, landlock, seccomp
from pipelines.engines.duckdb.limits import MOST_TASKS

MEBIBYTE = 1024 * 1024
THREAD_STACK = 8 * MEBIBYTE
THREAD_ARENA = 64 * MEBIBYTE  # address space that malloc reserves for each thread
FEWEST_FILES = 64  # what DuckDB and the walls themselves need


@dataclass(frozen=True, slots=True)
class Walls:
    """Which walls this machine gives; what is missing is said in `ping` and in the log."""

    user_namespace: bool
    network_namespace: bool
    process_limit: bool
    landlock: int
    seccomp: bool


def isolate() -> Walls:
    """Shut this process off, for good and with all its children, as far as the machine allows."""
    signal_on_death = kernel.parent_death_signal()
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    flags = _leave_namespaces()
    kernel.drop_capabilities()
    if signal_on_death:  # the kernel forgets it when credentials change
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal_on_death)
    return Walls(
        user_namespace=bool(flags & kernel.CLONE_NEWUSER),
        network_namespace=bool(flags & kernel.CLONE_NEWNET),
        process_limit=bool(flags & kernel.CLONE_NEWUSER) and _is_counted(),
        landlock=landlock.version(),
        seccomp=seccomp.is_supported(),
    )


def _leave_namespaces() -> int:
    """Enter a user namespace that knows only this user, and a network that leads nowhere.

    Answers the flags of what was possible: root may get the second without the first.
    """
    apart = kernel.CLONE_NEWNET | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS
    for flags in (kernel.CLONE_NEWUSER | apart, apart):
        if _is_possible(flags):
            _enter(flags)
            return flags
    return 0


def _is_possible(flags: int) -> bool:
    """Let a child try it first: a namespace that was entered by half could not be left again."""
    return _works(lambda: _enter(flags))


def _is_counted() -> bool:
    """Whether the kernel keeps this user to a number of processes: it lets root have any."""

    def start_too_many() -> None:
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
        if os.fork() == 0:
            os._exit(0)

    return not _works(start_too_many)


def _works(act: Callable[[], None]) -> bool:
    """Try something in a child: whether no error stopped it."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            act()
            status = 0
        finally:
            os._exit(status)
    return os.waitpid(pid, 0)[1] == 0


def _enter(flags: int) -> None:
    user, group = os.geteuid(), os.getegid()
    kernel.unshare(flags)
    if flags & kernel.CLONE_NEWUSER:
        # Same numbers inside as outside, so files keep their owners and SO_PEERCRED its meaning.
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"{user} {user} 1")
        _write("/proc/self/gid_map", f"{group} {group} 1")


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def leave_parent(*, parent: int, keep: tuple[int, ...]) -> None:
    """Become a child on its own: own session, no descriptors but `keep`, dies with `parent`."""
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    os.setsid()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    _close_all_but({0, 1, 2, *keep})
    # Nobody of the same user may look into this process, and it leaves no core file.
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)


def _close_all_but(keep: set[int]) -> None:
    low = 0
    for descriptor in (*sorted(keep), 1 << 20):
        if descriptor > low:
            os.closerange(low, descriptor)
        low = descriptor + 1


def limit(limits: Limits, *, is_counted: bool) -> None:
    """Set the kernel's limits a little wider than the engine's own, which explain themselves."""
    size, data = _memory_now()
    memory = limits.memory_mb * MEBIBYTE
    spare = max(memory // 4, 192 * MEBIBYTE)
    stacks = limits.threads * THREAD_STACK
    seconds = int(limits.seconds * limits.threads) + 2
    ceilings = {
        resource.RLIMIT_DATA: data + memory + spare + stacks,
        resource.RLIMIT_AS: size + memory + 2 * spare + stacks + limits.threads * THREAD_ARENA,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: max(limits.file_mb, limits.temp_mb) * MEBIBYTE,
        resource.RLIMIT_NOFILE: max(limits.open_files, FEWEST_FILES),
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
    }
    if is_counted:  # by a namespace: elsewhere all that the user runs on this machine counts
        ceilings[resource.RLIMIT_NPROC] = MOST_TASKS
    for name, value in ceilings.items():
        hard = resource.getrlimit(name)[1]
        ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(name, (ceiling, ceiling))


def _memory_now() -> tuple[int, int]:
    """Address space and data of this process in bytes, as RLIMIT_AS and RLIMIT_DATA count them."""
    with open("/proc/self/statm", encoding="ascii") as file:
        pages = [int(field) for field in file.read().split()]
    return pages[0] * resource.getpagesize(), pages[5] * resource.getpagesize()


def close_the_door(walls: Walls, paths: list[tuple[str, int]]) -> None:
    """Leave this process the files in `paths` and the system calls that a query needs."""
    if walls.landlock:
        landlock.confine(paths)
    if walls.seccomp:
        seccomp.confine_child()
