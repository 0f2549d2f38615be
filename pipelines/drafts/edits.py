"""The edits that a form posts, by name: what each does to the data, and what it is called. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.deliveries.destinations.base import OF_KIND
from pipelines.drafts import editing
from pipelines.drafts.editing import Data, Taker
from pipelines.schedules.placeholders import WORD
from portal.errors import Refused

Change = Callable[[Data], Data]
NUMBER_KINDS = {"integer": int, "number": float}
CHECK_NAME = "check.name"  # the field of a check whose name another one has


@dataclass(frozen=True, slots=True)
class Given:
    """What was posted, by field; a field may have several values.

    `takers` are the destinations among it that there are, by name.
    """

    values: Mapping[str, Sequence[str]]
    takers: Mapping[str, Taker] = field(default_factory=dict)

    def text(self, name: str) -> str:
        found = self.values.get(name) or [""]
        return found[-1].strip()

    def texts(self, name: str) -> list[str]:
        return [value.strip() for value in self.values.get(name, [])]

    def number(self, name: str) -> int:
        """A position in a list; what is none is behind every list."""
        text = self.text(name)
        return int(text) if text.isdecimal() and len(text) < 6 else 10_000


@dataclass(frozen=True, slots=True)
class Edit:
    """A change and its words in the history; `is_typing`: many of them in a row are one."""

    change: Change
    words: str
    is_typing: bool = False


def edit(name: str, given: Given) -> Edit | None:
    """The edit of this name, or None where there is none."""
    make = EDITS.get(name)
    return make(given) if make else None


def _typed(words: str, change: Change) -> Edit:
    return Edit(change, words, is_typing=True)


def _about(given: Given) -> Edit:
    fields = {name: given.text(name) for name in ("title", "name", "team", "description")}
    return _typed("name and description", lambda data: editing.about(data, **fields))


def _sql(given: Given) -> Edit:
    text = (given.values.get("sql") or [""])[-1]
    return _typed("the query", lambda data: editing.with_sql(data, text))


def _add_input(given: Given) -> Edit:
    connection, path, table = given.text("connection"), given.text("path"), given.text("table")
    return Edit(
        lambda data: editing.add_input(data, connection=connection, path=path, table=table),
        f"added the input {table or path}",
    )


def _remove_input(given: Given) -> Edit:
    name = given.text("input")
    return Edit(lambda data: editing.remove_input(data, name), f"removed the input {name}")


def _change_input(given: Given) -> Edit:
    name = given.text("input")
    said = {
        "new_name": given.text("new_name"),
        "place": given.text("place"),
        "format": given.text("format"),
    }
    return _typed(f"the input {name}", lambda data: editing.change_input(data, name, **said))


def _parameter(given: Given) -> Edit:
    name, kind = given.text("parameter"), given.text("type") or "string"
    declaration = {
        "type": kind,
        "default": _default(kind, given),
        "minimum": _value(kind, given.text("minimum")),
        "maximum": _value(kind, given.text("maximum")),
        "description": given.text("description"),
    }
    was = given.text("was")
    return _typed(
        f"the parameter {name}",
        lambda data: editing.set_parameter(data, name, declaration, was=was),
    )


def _remove_parameter(given: Given) -> Edit:
    name = given.text("parameter")
    return Edit(lambda data: editing.remove_parameter(data, name), f"removed the parameter {name}")


def _contract(given: Given) -> Edit:
    columns, key = _ticked(given)
    return _typed("the contract", lambda data: editing.set_contract(data, columns, key))


def _accept(given: Given) -> Edit:
    """The contract as it was proposed and ticked, and the checks that were ticked with it."""
    columns, key = _ticked(given)
    checks = _checks(given)

    def change(data: Data) -> Data:
        return editing.add_checks(editing.set_contract(data, columns, key), checks)

    more = f" and {len(checks)} checks" if len(checks) > 1 else " and a check" if checks else ""
    return Edit(change, f"accepted the contract{more}")


def _drop_contract(_: Given) -> Edit:
    return Edit(lambda data: editing.set_contract(data, [], []), "removed the contract")


def _add_checks(given: Given) -> Edit:
    checks = _checks(given)
    words = "added a check" if len(checks) == 1 else f"added {len(checks)} checks"
    return Edit(lambda data: editing.add_checks(data, checks), words)


def _check(given: Given) -> Edit:
    number, was = given.number("number"), given.text("was")
    name = given.text("name") or was
    sql = (given.values.get("sql") or [""])[-1]

    def change(data: Data) -> Data:
        if name != was and name in editing.other_checks(data, number, was=was):
            words = f"Another check is called “{name}” already. Name this one otherwise."
            raise Refused(words, field=CHECK_NAME)
        return editing.set_check(data, number, name=name, sql=sql, was=was)

    return _typed(f"the check “{name}”", change)


def _remove_check(given: Given) -> Edit:
    number, was = given.number("number"), given.text("was")
    words = f"removed the check “{was}”" if was else "removed a check"
    return Edit(lambda data: editing.remove_check(data, number, was=was), words)


def _add_delivery(given: Given) -> Edit:
    client, destination = given.text("client"), given.text("destination")
    taker = given.takers.get(destination)
    return Edit(
        lambda data: editing.add_delivery(
            data, client=client, destination=destination, taker=taker
        ),
        f"added the delivery to {client}",
    )


def _delivery(given: Given) -> Edit:
    number, destination = given.number("number"), given.text("destination")
    said = {word: given.text(word) for word in OF_KIND if word in given.values}
    taker = given.takers.get(destination)
    return _typed(
        "a delivery",
        lambda data: editing.set_delivery(
            data, number, said=said, destination=destination, taker=taker
        ),
    )


def _remove_delivery(given: Given) -> Edit:
    number = given.number("number")
    return Edit(lambda data: editing.remove_delivery(data, number), "removed a delivery")


def _schedule(given: Given) -> Edit:
    cron = given.text("preset") or given.text("cron")
    texts = dict(zip(given.texts("of"), given.texts("value"), strict=False))
    return _typed(
        "the schedule",
        lambda data: editing.set_schedule(
            data,
            cron=cron,
            timezone=given.text("timezone"),
            catch_up=given.text("catch_up"),
            values=_of_schedule(data, texts),
        ),
    )


def _of_schedule(data: Data, texts: Mapping[str, str]) -> dict[str, Any]:
    """What a schedule gives to parameters: of the due time where it says so, else a value."""
    kinds = editing.kinds(data)
    return {
        name: text if WORD.search(text) else _value(kinds.get(name, "string"), text)
        for name, text in texts.items()
    }


def _no_schedule(_: Given) -> Edit:
    return Edit(
        lambda data: editing.set_schedule(data, cron="", timezone="", catch_up="", values={}),
        "removed the schedule",
    )


EDITS: dict[str, Callable[[Given], Edit]] = {
    "about": _about,
    "sql": _sql,
    "input.add": _add_input,
    "input.remove": _remove_input,
    "input": _change_input,
    "parameter": _parameter,
    "parameter.remove": _remove_parameter,
    "contract": _contract,
    "contract.accept": _accept,
    "contract.remove": _drop_contract,
    "checks.add": _add_checks,
    "check": _check,
    "check.remove": _remove_check,
    "delivery.add": _add_delivery,
    "delivery": _delivery,
    "delivery.remove": _remove_delivery,
    "schedule": _schedule,
    "schedule.remove": _no_schedule,
}


def _ticked(given: Given) -> tuple[list[dict[str, Any]], list[str]]:
    """The rows of the table of columns: parallel lists of names and types, and lists of ticks."""
    required, personal = set(given.texts("required")), set(given.texts("personal"))
    names = given.texts("column")
    columns = [
        {
            "name": name,
            "type": kind,
            "required": name in required,
            "is_personal": name in personal,
        }
        for name, kind in zip(names, given.texts("type"), strict=False)
        if name
    ]
    return columns, [name for name in names if name in set(given.texts("key"))]


def _checks(given: Given) -> list[dict[str, str]]:
    """The proposed checks that were ticked; each brings its own words along."""
    found = []
    for number in given.texts("take"):
        name, sql = given.text(f"check.{number}.name"), given.text(f"check.{number}.sql")
        if name and sql:
            found.append({"name": name, "sql": f"{sql}\n" if "\n" in sql else sql})
    return found


def _default(kind: str, given: Given) -> Any:
    """What was typed; where nobody was asked, some value, so that it can be tried at once."""
    if "default" in given.values:
        return _value(kind, given.text("default"))
    return {"integer": 1, "number": 1, "boolean": False, "date": given.text("today")}.get(kind)


def _value(kind: str, text: str) -> Any:
    """What was typed as the value that the type asks for; else as text, and the rules say so."""
    if text == "":
        return None
    if kind == "boolean" and text in {"true", "false"}:
        return text == "true"
    if kind in NUMBER_KINDS:
        try:
            number = NUMBER_KINDS[kind](text)
        except ValueError:
            return text
        return number if math.isfinite(number) else text
    return text
