"""How much of the processors a portal's processes have taken so far."""

from __future__ import annotations

import psutil

from tests.portal_process import Portal


def seconds(portal: Portal) -> dict[str, float]:
    """By process, PostgreSQL among them, with all children, also those that have ended."""
    roots = {name: process.pid for name, process in portal.processes.items()}
    roots["PostgreSQL"] = portal.postgres_pid
    return {name: _taken(root) for name, root in roots.items()}


def _taken(root: int) -> float:
    total = 0.0
    top = psutil.Process(root)
    for process in (top, *top.children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue  # its parent has its time by now
        total += times.user + times.system + times.children_user + times.children_system
    return total
