"""Questions about sources, and what became of what they told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from observability.events.models import EventSource, Meaning, OutsideEvent
from portal.rows import found

COUNTED = 1000
UNKNOWN = 50  # names that are listed


@dataclass(frozen=True, slots=True)
class Lacking:
    """A name that someone has to say the meaning of, and how many events wait for it."""

    what: str
    outside: str
    waiting: int


def contents(changes: Iterable[UUID]) -> dict[UUID, str]:
    """The commit that each of these deployments from outside brought, as was said of it last."""
    rows = OutsideEvent.objects.filter(change__in=list(changes)).exclude(report__sha="")
    said = rows.order_by("said_at").values_list("change", "report__sha")
    return {change: sha for change, sha in said if change and sha}


def sources() -> QuerySet[EventSource]:
    return EventSource.objects.select_related("team", "created_by")


def source(name: str) -> EventSource:
    return found(sources(), "event source", name=name)


def meanings(of: EventSource) -> QuerySet[Meaning]:
    rows = Meaning.objects.filter(source=of).select_related("component")
    return rows.order_by("what", "outside")


def meaning(of: EventSource, pk: object) -> Meaning:
    return found(meanings(of), "meaning", pk=pk)


def events(*, of: EventSource | None = None, state: str = "") -> QuerySet[OutsideEvent]:
    """Newest first by when they came."""
    rows = OutsideEvent.objects.select_related("source", "change__component")
    if of is not None:
        rows = rows.filter(source=of)
    return rows.filter(state=state) if state in OutsideEvent.State.values else rows


def waiting(of: EventSource) -> int:
    """How many fit nothing yet, counted up to a number."""
    rows = OutsideEvent.objects.filter(source=of, state=OutsideEvent.State.WAITING)
    return len(rows.order_by().values_list("pk", flat=True)[:COUNTED])


def lacking(of: EventSource) -> list[Lacking]:
    """Names without a meaning among the newest that wait: the most frequent first."""
    rows = OutsideEvent.objects.filter(source=of, state=OutsideEvent.State.WAITING).order_by("-id")
    known = set(Meaning.objects.filter(source=of).values_list("what", "outside"))
    counts: dict[tuple[str, str], int] = {}
    for subject, place, words in rows.values_list("subject", "place", "words")[:COUNTED]:
        lower = words.lower()
        for what, name in ((Meaning.What.COMPONENT, subject), (Meaning.What.ENVIRONMENT, place)):
            if name and f"which {what.value} “{name}”".lower() in lower:
                counts[(what.value, name)] = counts.get((what.value, name), 0) + 1
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return [Lacking(*key, number) for key, number in ordered if key not in known][:UNKNOWN]


def event(pk: object) -> OutsideEvent:
    return found(events(), "event", pk=pk)
