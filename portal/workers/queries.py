"""How the processes, the queues and the work stand, put together from what each floor knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from portal.background import backlogs
from portal.errors import NotFound
from portal.rows import found
from portal.tones import Tone
from portal.workers import pauses, reasons
from portal.workers.base import COUNTED, Amount, Doing, Stuck, Workload
from portal.workers.models import Drain, Heartbeat, Pause

TICKS = "beat"  # the process that sends ticks, whose heart is a tick that was worked on


@dataclass(frozen=True, slots=True)
class Process:
    """A process with what its threads do; `standing` is tone, icon and words."""

    row: Heartbeat
    standing: tuple[Tone, str, str]
    doing: tuple[Doing, ...]
    idle: int  # threads that wait for work
    drain: Drain | None = None

    @property
    def lives(self) -> bool:
        return self.standing[0] != "bad"


@dataclass(frozen=True, slots=True)
class Load:
    """One kind of work on a queue."""

    title: str
    amount: Amount


@dataclass(frozen=True, slots=True)
class Line:
    """One queue: its messages (-1: the broker does not answer), who serves it, its work."""

    name: str
    messages: int
    servers: tuple[Process, ...]
    loads: tuple[Load, ...]
    busy: int
    pause: Pause | None = None

    @property
    def slots(self) -> int:
        return sum(one.row.slots for one in self.servers)

    @property
    def due(self) -> int:
        return sum(load.amount.due for load in self.loads)

    @property
    def later(self) -> int:
        return sum(load.amount.later for load in self.loads)

    @property
    def a_minute(self) -> float:
        return sum(load.amount.ended for load in self.loads) / 10

    @property
    def is_cut(self) -> bool:
        """More is due than is counted."""
        return any(load.amount.due + load.amount.later >= COUNTED for load in self.loads)

    @property
    def oldest_at(self) -> datetime | None:
        found = [load.amount.oldest_at for load in self.loads if load.amount.oldest_at]
        return min(found, default=None)


@dataclass(frozen=True, slots=True)
class House:
    """Everything at work."""

    processes: tuple[Process, ...]
    lines: tuple[Line, ...]
    stuck: tuple[Stuck, ...]
    orphans: tuple[Doing, ...]  # in hand of a process that is not heard of

    @property
    def summary(self) -> tuple[Tone, str, str]:
        unserved = [line.name for line in self.lines if not line.servers]
        paused = [line.name for line in self.lines if line.pause]
        asking = sum(one.tone == "info" for one in self.stuck)
        return reasons.summary(unserved, len(self.stuck) - asking, asking, paused)


def house(now: datetime, *, team: str = "") -> House:
    """As it is now; of one team's work where it is named. Its queries do not grow with the work."""
    loads = _workloads()
    doing = {load: list(load.doing()) for load in loads}
    processes = _processes(now, [(load.queue, one) for load, rows in doing.items() for one in rows])
    lines = _lines(loads, doing, processes, now)
    stuck = [_explained(one, lines) for load in loads for one in load.stuck(now, team or None)]
    known = {one.row.name for one in processes if one.lives}
    orphans = [
        one
        for rows in doing.values()
        for one in rows
        if one.worker and _process_of(one.worker) not in known
    ]
    return House(
        processes=tuple(replace(one, doing=_of(one.doing, team)) for one in processes),
        lines=tuple(lines),
        stuck=tuple(sorted(stuck, key=lambda one: one.since)),
        orphans=_of(orphans, team),
    )


@dataclass(frozen=True, slots=True)
class Pulse:
    """A queue by its hearts: seconds since the newest beat, None where there is none at all.

    `words` say what is wrong where it is not served.
    """

    queue: str
    is_served: bool
    seconds: float | None
    words: str


def pulses(now: datetime) -> list[Pulse]:
    """Each queue's newest heartbeat, and that of the ticks; a query over a row a process, and one
    over a row a pause.

    A process that drains serves nobody, and of a queue that is paused nothing is taken.
    """
    newest: dict[str, datetime] = {}
    hearts = Heartbeat.objects.filter(takes_work=True)
    for queues, process, seen_at in hearts.values_list("queues", "process", "seen_at"):
        for name in queues or [process]:
            newest[name] = max(seen_at, newest.get(name, seen_at))
    paused = pauses.standing()
    pulses = []
    for name in [*(queue.name for queue in settings.CELERY_TASK_QUEUES), TICKS]:
        seen = newest.get(name)
        is_served, words = (
            reasons.ticking(seen, now) if name == TICKS else reasons.served(name, seen, now)
        )
        if is_served and (pause := paused.get(name)):
            is_served, words = False, reasons.paused(name, pause.since_at, now)
        seconds = None if seen is None else round((now - seen).total_seconds(), 1)
        pulses.append(Pulse(name, is_served, seconds, words))
    return pulses


def _of(rows: Sequence[Any], team: str) -> tuple[Any, ...]:
    return tuple(row for row in rows if not team or row.team == team)


def _workloads() -> list[Workload]:
    return [import_string(path)() for path in settings.WORKLOADS]


def _process_of(worker: str) -> str:
    """ "vm:4711:8872" is a thread of "vm:4711"."""
    return worker.rpartition(":")[0]


def _processes(now: datetime, doing: Sequence[tuple[str, Doing]]) -> list[Process]:
    rows = Heartbeat.objects.order_by("process", "name")
    drained = pauses.drained()
    processes = []
    for row in rows:
        own = tuple(one for queue, one in doing if _is_of(row, queue, one))
        idle = max(row.slots - len(own), 0)
        drain = drained.get(row.name)
        processes.append(Process(row, reasons.heard(row.seen_at, now), own, idle, drain))
    return processes


def _is_of(row: Heartbeat, queue: str, one: Doing) -> bool:
    """Its own by name; where the row does not say who does it, by the queue that it serves."""
    return _process_of(one.worker) == row.name if one.worker else queue in row.queues


def _lines(
    loads: Sequence[Workload],
    doing: Mapping[Workload, Sequence[Doing]],
    processes: Sequence[Process],
    now: datetime,
) -> list[Line]:
    names = [queue.name for queue in settings.CELERY_TASK_QUEUES]
    messages = backlogs(names)
    paused = pauses.standing()
    return [
        Line(
            name=name,
            messages=messages[name],
            servers=tuple(one for one in processes if _serves(one, name)),
            loads=tuple(Load(load.title, load.amount(now)) for load in loads if load.queue == name),
            busy=sum(len(rows) for load, rows in doing.items() if load.queue == name),
            pause=paused.get(name),
        )
        for name in names
    ]


def _serves(one: Process, queue: str) -> bool:
    return one.lives and one.drain is None and queue in one.row.queues


def queue(name: str, now: datetime) -> Line:
    """One queue as it is now; NotFound, in words, where there is none."""
    lines = house(now).lines
    line = next((line for line in lines if line.name == name), None)
    if line is None:
        names = ", ".join(line.name for line in lines)
        raise NotFound(f"There is no queue called “{name}”. There are {names}.")
    return line


def worker(pk: UUID | str) -> Heartbeat:
    """One process by its identity; NotFound where nothing is heard of it any more."""
    return found(Heartbeat.objects.all(), "process", pk=pk)


def _explained(one: Stuck, lines: Sequence[Line]) -> Stuck:
    """What nothing in the row explains, the queue does."""
    if one.why:
        return one
    line = next(line for line in lines if line.name == one.queue)
    if line.pause:
        return replace(one, why=line.pause.words)
    return replace(one, why=reasons.nobody(one.queue, len(line.servers), line.slots, line.busy))
