"""Telling the search what there is: called by the operation that makes or changes the thing.

In that operation's own transaction, so what can be found is what is there. No permission is asked
and nothing is audited here: the operation above has done both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from django.db import transaction

from portal.search import words
from portal.search.models import Findable, Kind
from portal.search.things import Thing

IDENTITY = ["title", "text", "team", "url", "icon", "note", "weight", "parts", "near"]
LABELS = ["labels", "hints"]
BATCH = 1000


def put(*things: Thing) -> None:
    """Make these findable, or say anew what they are."""
    _write([thing for thing in things if thing.labels is not None], [*IDENTITY, *LABELS])
    _write([thing for thing in things if thing.labels is None], IDENTITY)


def label(*, kind: str, name: str, labels: Iterable[tuple[str, str]]) -> None:
    """What an upper floor knows of a thing that is findable already; replaces its labels."""
    pairs = list(labels)
    Findable.objects.filter(kind=kind, name=name).update(labels=_labels(pairs), hints=_hints(pairs))


def remove(*, kind: str, name: str) -> None:
    """It can't be found any more."""
    remove_all(kind=kind, names=[name])


def remove_all(*, kind: str, names: Iterable[str]) -> None:
    """None of these can be found any more; one statement."""
    Findable.objects.filter(kind=kind, name__in=list(names)).delete()


@transaction.atomic
def replace(*, kinds: Sequence[str], things: Iterable[Thing]) -> int:
    """Everything of these kinds anew: what is not among `things` is gone. Returns how many."""
    kept: set[tuple[str, str]] = set()
    waiting = iter(things)
    while some := list(islice(waiting, BATCH)):
        put(*some)
        kept |= {(thing.kind, thing.name) for thing in some}
    held = Findable.objects.filter(kind__in=kinds).values_list("kind", "name", "pk")
    gone = [pk for kind, name, pk in held if (kind, name) not in kept]
    Findable.objects.filter(pk__in=gone).delete()
    return len(kept)


def _write(things: Sequence[Thing], fields: list[str]) -> None:
    rows = {(thing.kind, thing.name): _row(thing) for thing in things}
    if rows:
        Findable.objects.bulk_create(
            # In one order, so that two who write the same things wait for each other
            [rows[key] for key in sorted(rows)],
            update_conflicts=True,
            unique_fields=["kind", "name"],
            update_fields=fields,
            batch_size=BATCH,
        )


def _row(thing: Thing) -> Findable:
    named = words.parts(thing.name)
    titled = words.parts(thing.title)
    pairs = thing.labels or ()
    return Findable(
        kind=Kind(thing.kind),
        name=thing.name,
        title=thing.title[:200],
        text=thing.text,
        team=thing.team,
        url=thing.url,
        icon=thing.icon,
        note=thing.note[:120],
        labels=_labels(pairs),
        hints=_hints(pairs),
        weight=thing.weight,
        parts=" ".join(named),
        near=words.near({*named, *titled}),
    )


def _labels(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return sorted({f"{relation}:{value}".lower()[:200] for relation, value in pairs if value})


def _hints(pairs: Iterable[tuple[str, str]]) -> str:
    """The words of the values, each once."""
    every = [word for _, value in pairs for word in words.parts(value)]
    return " ".join(dict.fromkeys(every))
