"""Steps of the tests' own: they put jars on a shelf, which is the audit, and count them.

A jar that was put twice stands there twice: that is what these tests look for.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from portal.accounts.models import User
from portal.audit import operations as audit
from portal.audit.models import Entry
from portal.golden_paths.steps.base import (
    Done,
    Input,
    Link,
    Objection,
    Plan,
    Thing,
    Waiting,
)

STEPS = {
    "jar.put": "tests.portal.golden_paths.shelf.Put",
    "jar.nail": "tests.portal.golden_paths.shelf.Nail",
    "jar.ripen": "tests.portal.golden_paths.shelf.Ripen",
}


class Shelf:
    """What goes wrong, by the name of the jar: raised one after another."""

    trouble: ClassVar[dict[str, list[Exception]]] = {}
    looks: ClassVar[int] = 2  # how often a jar is looked at before it is ripe

    @classmethod
    def forget(cls) -> None:
        cls.trouble.clear()
        cls.looks = 2

    @staticmethod
    def jars() -> list[str]:
        """Every act, in its order: "put plum", "take plum"."""
        rows = Entry.objects.filter(kind="jar").order_by("pk")
        return [f"{row.verb.removeprefix('jar.')} {row.thing}" for row in rows]


class Put:
    title = "Put it there"
    takes: ClassVar[Mapping[str, Input]] = {
        "jar": Input("what is in the jar"),
        "note": Input("what stands on it", is_required=False),
    }
    gives: ClassVar[Mapping[str, str]] = {"place": "where it stands"}
    verb = "look"
    can_undo = True

    def plan(
        self, *, given: Mapping[str, Any], by: User, now: datetime, ahead: frozenset[Thing]
    ) -> Plan:
        jar = given.get("jar", "?")
        objections = (Objection("Nobody eats mould.", "jar"),) if jar == "mould" else ()
        place = {"place": f"shelf-{jar}"}
        return Plan(f"Puts {jar} there.", (("jar", jar),), place, objections)

    def do(
        self,
        *,
        given: Mapping[str, Any],
        by: User,
        now: datetime,
        key: str,
        kept: Mapping[str, Any],
    ) -> Done | Waiting:
        _act("put", given["jar"], by, now)
        _maybe(given["jar"])  # after the act, so that a failure has something to take along
        place = f"shelf-{given['jar']}"
        return Done(f"{given['jar']} stands there.", {"place": place}, (Link("Shelf", "/"),))

    def undoing(self, *, given: Mapping[str, Any], outputs: Mapping[str, Any]) -> str:
        return f"Take {given['jar']} from {outputs['place']}"

    def undo(
        self,
        *,
        given: Mapping[str, Any],
        outputs: Mapping[str, Any],
        by: User,
        now: datetime,
        key: str,
        reason: str,
    ) -> Done:
        _act("take", given["jar"], by, now)
        _maybe(f"take {given['jar']}")
        return Done(f"{given['jar']} is gone.")


class Nail(Put):
    title = "Nail it there"
    can_undo = False


class Ripen(Put):
    title = "Let it ripen"

    def do(
        self,
        *,
        given: Mapping[str, Any],
        by: User,
        now: datetime,
        key: str,
        kept: Mapping[str, Any],
    ) -> Done | Waiting:
        seen = kept.get("seen", 0)
        if not seen:
            _act("put", given["jar"], by, now)
        _maybe(given["jar"])
        if seen >= Shelf.looks:
            return Done("It is ripe.", {"place": f"shelf-{given['jar']}"})
        more = {"seen": seen + 1, "place": f"shelf-{given['jar']}"}
        return Waiting("It ripens.", now + timedelta(seconds=1), more)


def _act(verb: str, jar: str, by: User, now: datetime) -> None:
    audit.record(verb=f"jar.{verb}", by=by, now=now, kind="jar", thing=jar)


def _maybe(name: str) -> None:
    if waiting := Shelf.trouble.get(name):
        raise waiting.pop(0)
