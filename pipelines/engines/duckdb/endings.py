"""How a sandbox ended, as an EngineError with what it cost, or as nothing when all went well."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

from pipelines.engines.base import EngineError, Limits, Usage
from pipelines.engines.duckdb.limits import over

if TYPE_CHECKING:
    from pipelines.engines.duckdb.client import Conversation
    from pipelines.engines.duckdb.protocol import Message


def lost(message: str) -> EngineError:
    """The sandbox's process is gone or silent: worth trying again."""
    return EngineError(
        f"{message} The platform team can look at the zygote.", permanent=False, kind="lost"
    )


def usage(ending: Message | None) -> Usage:
    """What the kernel counted for a sandbox until its end."""
    if ending is None or ending["event"] != "exit":
        return Usage()
    return Usage(ending["cpu_seconds"], ending["ran_for"], ending["peak_memory"])


def _died(talk: Conversation) -> dict[str, int | str]:
    """How a process ended that could not say it itself, for whoever searches the log."""
    ending = talk.ending
    if ending is None or ending["event"] != "exit":
        return {}
    if ending["reason"]:
        return {"killed_for": ending["reason"]}
    if talk.failed is not None:
        return {}
    code = ending["code"]
    return {"signal": -code} if code < 0 else {"exit_code": code}


def error(talk: Conversation, limits: Limits) -> EngineError | None:
    """Why a job did not end well; None when it did."""
    found = _error(talk, limits)
    if found is not None:
        found.usage = usage(talk.ending)
        found.checks = tuple(talk.checks)
        found.log = tuple(talk.log)
        found.phases = tuple(talk.phases)
        found.died = _died(talk)
    return found


def _error(talk: Conversation, limits: Limits) -> EngineError | None:
    ending = talk.ending
    if ending is None:
        return lost("The sandbox vanished before it had finished.")
    if ending["event"] == "refused":
        return EngineError(ending["message"], permanent=ending["permanent"], kind=ending["kind"])
    if ending["reason"]:
        return _killed(ending["reason"], limits)
    if talk.failed is not None:
        return EngineError(**talk.failed)
    if ending["code"] == 0 and talk.done is not None:
        return None
    return _crashed(talk, ending["code"], limits)


def _killed(reason: str, limits: Limits) -> EngineError:
    if reason == "cancelled":
        return EngineError("The run was cancelled.", permanent=True, kind="cancelled")
    if reason == "shutdown":
        return lost("The sandbox was shut down before it had finished.")
    return over(reason, limits)


def _crashed(talk: Conversation, code: int, limits: Limits) -> EngineError:
    if talk.bug:
        talk.log.extend(talk.bug.splitlines())
    if code == -signal.SIGXCPU:
        return over("time", limits)
    if code == -signal.SIGXFSZ:
        return over("file", limits)
    cost = usage(talk.ending)
    if cost.peak_memory >= limits.memory_mb * 1024 * 1024:
        return over("memory", limits)
    how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
    words = f"The sandbox ended {how} in the middle of the query."
    if code == -signal.SIGKILL:
        words += " Somebody killed it; perhaps the machine ran out of memory."
    return EngineError(words, permanent=False, kind="crashed")
