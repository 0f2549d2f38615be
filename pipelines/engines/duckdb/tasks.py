"""A request as the zygote accepted it: what it reads and writes, within which limits."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass

from pipelines.engines.base import Limits
from pipelines.engines.duckdb.protocol import Message, limits_from

MEBIBYTE = 1024 * 1024
VERBS = ("execute", "rehearse", "inspect", "describe", "convert", "ingest", "sample", "look")
QUERIES = ("execute", "rehearse")  # with a job


@dataclass(frozen=True, slots=True)
class Task:
    """One request. `temp` is a folder of its own; `result` a descriptor of the file it writes."""

    request: Message
    limits: Limits
    label: str
    temp: str
    reads: tuple[str, ...]
    writes: str | None
    result: int | None


def task_from(request: Message, temp: str) -> Task:
    """Read a request and make the (empty) file that it is to write. OSError when that fails."""
    verb = request["verb"]
    if verb not in VERBS:
        raise ValueError(f"there is no verb {verb!r}")
    job = request["job"] if verb in QUERIES else request
    reads: list[str] = []
    writes = None
    if verb in QUERIES:
        reads = [str(path) for source in job["sources"] for path in source["paths"]]
        writes = str(job["result_path"])
    elif verb in {"convert", "ingest"}:
        reads, writes = [str(request["source"])], str(request["target"])
    elif verb == "sample":
        reads = [str(request["path"])]
    elif verb == "look":
        reads = [str(path) for path in request["source"]["paths"]]
    mode = 0o600 if verb in QUERIES else 0o666
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    return Task(
        request=request,
        limits=limits_from(job["limits"]),
        label=str(job.get("label") or verb),
        temp=temp,
        reads=tuple(reads),
        writes=writes,
        result=None if writes is None else os.open(writes, flags, mode),
    )


def is_too_large(task: Task) -> bool:
    """Whether the file that a task writes has outgrown its limit already."""
    if task.writes is None:
        return False
    try:
        return os.stat(task.writes).st_size > task.limits.file_mb * MEBIBYTE
    except OSError:
        return False


def cannot_write(error: OSError) -> str:
    """Why the file that a task is to write could not be made."""
    if error.errno == errno.EEXIST:
        return "The result's file exists already; each attempt needs a path of its own."
    return f"The result's file cannot be made: {error.strerror}."
