"""The sentences for limits that were reached; the sandbox and its client both speak them."""

from __future__ import annotations

from pipelines.engines.base import EngineError, Limits

MOST_TASKS = 512  # processes and threads of one zygote and all its sandboxes together


def over(what: str, limits: Limits) -> EngineError:
    """The sentence for a limit that was reached: its name, its value, and what to do next."""
    ask = "ask for a higher limit in this environment's configuration"
    message = {
        "memory": f"The query needed more than its memory limit of {limits.memory_mb} MB; "
        f"{ask} or aggregate earlier.",
        "temp": f"The query needed more than its limit of {limits.temp_mb} MB of temporary space "
        f"(and {limits.memory_mb} MB of memory); {ask} or aggregate earlier.",
        "file": f"The result is larger than its file size limit of {limits.file_mb} MB; "
        f"{ask}, aggregate, or select fewer columns.",
        "time": f"The query ran longer than its time limit of {limits.seconds:g} seconds and was "
        f"stopped; {ask} or read less.",
        "processes": f"The sandbox could not start the {limits.threads} threads that the query may "
        f"use: all sandboxes together may have {MOST_TASKS} processes and threads, and are at that "
        "limit; try again, or ask for fewer threads.",
    }[what]
    return EngineError(message, permanent=what != "processes", kind=f"limit:{what}")
