"""What a form changes in the data of a file. Each takes data and gives new data. Pure.

They put things where they belong and judge nothing: what is wrong with the result the one set of
rules says (`pipelines/transformations/rules.py`), as for a file that was typed.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.deliveries.destinations.base import OF_KIND
from pipelines.drafts.starting import identifier, ordered, slug
from pipelines.transformations.rules import RESERVED, RESULT

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Taker:
    """What is known of a destination: whose it is, and what its kind asks of a delivery."""

    client: str
    asks: Mapping[str, str]


def about(data: Data, *, title: str, name: str, team: str, description: str) -> Data:
    """Whose it is. A name that nobody chose follows the title."""
    old = _part(data, "metadata")
    followed = slug(str(old.get("title") or ""))
    if name == old.get("name") and name in {"", followed} and title.strip():
        name = slug(title)
    metadata = {**old, "name": name, "team": team, "title": title, "description": description}
    kept = {key: value for key, value in metadata.items() if value or key in {"name", "team"}}
    return ordered({**data, "metadata": kept})


def add_input(data: Data, *, connection: str, path: str = "", table: str = "") -> Data:
    """Read one thing more. The first input of an empty query is shown whole."""
    inputs = _part(_spec(data), "inputs")
    name = identifier(table or path, {*inputs, RESULT, *RESERVED})
    place = {"table": table} if table else {"path": path}
    changed = _with(data, inputs={**inputs, name: {"connection": connection, **place}})
    if not str(_spec(data).get("sql") or "").strip():
        changed = with_sql(changed, f"SELECT *\nFROM {name}\n")
    return changed


def remove_input(data: Data, name: str) -> Data:
    inputs = {key: value for key, value in _part(_spec(data), "inputs").items() if key != name}
    return _with(data, inputs=inputs)


def change_input(data: Data, name: str, *, new_name: str, place: str, format: str) -> Data:
    """Another name, place or format; its position stays."""
    inputs: Data = {}
    for key, value in _part(_spec(data), "inputs").items():
        if key != name or not isinstance(value, Mapping):
            inputs[key] = value
            continue
        kind = "table" if "table" in value else "path"
        entry = {**value, kind: place, "format": format}
        inputs[new_name or key] = {k: v for k, v in entry.items() if v or k != "format"}
    return _with(data, inputs=inputs)


def with_sql(data: Data, sql: str) -> Data:
    """The query; it ends with one line feed, so that it stands in the file as it was typed."""
    text = sql.replace("\r\n", "\n").replace("\r", "\n").rstrip()
    return _with(data, sql=f"{text}\n" if text else "")


def set_parameter(data: Data, name: str, declaration: Mapping[str, Any], *, was: str = "") -> Data:
    """Declare a parameter, or change one; what the form does not show (enum) stays."""
    parameters: Data = {}
    old = _part(_spec(data), "parameters")
    if name not in old and was not in old:
        old = {**old, name: {}}
    for key, value in old.items():
        if key in {name, was}:
            kept = {k: v for k, v in value.items() if k == "enum"}
            shown = {k: v for k, v in declaration.items() if v not in ("", None)}
            parameters[name] = {**shown, **kept}
        else:
            parameters[key] = value
    return _with(data, parameters=parameters)


def remove_parameter(data: Data, name: str) -> Data:
    old = _part(_spec(data), "parameters")
    return _with(data, parameters={key: value for key, value in old.items() if key != name})


def set_contract(data: Data, columns: Sequence[Mapping[str, Any]], key: Sequence[str]) -> Data:
    """The columns as ticked; descriptions of columns that stay are kept. None: no contract."""
    if not columns:
        return _with(data, contract=None)
    spec = _spec(data)
    before = {
        column.get("name"): column
        for column in _part(spec, "contract").get("columns", [])
        if isinstance(column, Mapping)
    }
    rows = [_column(column, before.get(column["name"], {})) for column in columns]
    contract: Data = {"key": list(key)} if key else {}
    return _with(data, contract={**contract, "columns": rows})


def _column(column: Mapping[str, Any], before: Mapping[str, Any]) -> Data:
    row: Data = {"name": column["name"], "type": column["type"]}
    if column.get("required"):
        row["required"] = True
    if column.get("is_personal"):
        row["classification"] = "personal"
    if before.get("description"):
        row["description"] = before["description"]
    return row


def add_checks(data: Data, checks: Sequence[Mapping[str, str]]) -> Data:
    """More checks; one whose name is there already is not added again."""
    old = _entries(_spec(data), "checks")
    names = {check.get("name") for check in old if isinstance(check, Mapping)}
    return _with(data, checks=[*old, *(dict(c) for c in checks if c["name"] not in names)])


def set_check(data: Data, number: int, *, name: str, sql: str, was: str = "") -> Data:
    """Change one check; a number behind the last one adds it.

    With `was` the one that was called so, wherever it stands now: others may have gone meanwhile.
    """
    checks = copy.deepcopy(_entries(_spec(data), "checks"))
    place = _called(data, number, was)
    if place is None:
        return data
    text = sql.replace("\r\n", "\n").rstrip()
    said = {"name": name, "sql": f"{text}\n" if "\n" in text else text}
    if place < len(checks) and isinstance(checks[place], Mapping):
        checks[place] = {**checks[place], **said}
    else:
        checks.append(said)
    return _with(data, checks=checks)


def remove_check(data: Data, number: int, *, was: str = "") -> Data:
    place = _called(data, number, was)
    return data if place is None else _without(data, "checks", place)


def other_checks(data: Data, number: int, *, was: str = "") -> list[str]:
    """What the checks are called but for this one, wherever it stands now."""
    this = _called(data, number, was)
    return [name for place, name in enumerate(_check_names(data)) if place != this]


def _check_names(data: Data) -> list[str]:
    checks = _entries(_spec(data), "checks")
    return [str(_mapping(check).get("name") or "") for check in checks]


def _called(data: Data, number: int, was: str) -> int | None:
    """Where a check stands that was called so; None where it is gone."""
    names = _check_names(data)
    if not was or (number < len(names) and names[number] == was):
        return number
    return names.index(was) if was in names else None


def add_delivery(data: Data, *, client: str, destination: str, taker: Taker | None = None) -> Data:
    """One more delivery, with what its kind of destination needs to be said."""
    old = _entries(_spec(data), "deliveries")
    entry = {"client": client, "destination": destination, **_begun(data, taker)}
    return _with(data, deliveries=[*old, entry])


def set_delivery(
    data: Data,
    number: int,
    *,
    said: Mapping[str, str],
    destination: str = "",
    taker: Taker | None = None,
) -> Data:
    """Say more of a delivery, or let it go elsewhere. What its kind does not ask for goes."""
    deliveries = copy.deepcopy(_entries(_spec(data), "deliveries"))
    if number < len(deliveries) and isinstance(deliveries[number], Mapping):
        entry = dict(deliveries[number])
        if destination and destination != str(entry.get("destination") or ""):
            entry |= {"destination": destination}
            entry |= _moved(data, entry, taker) if taker else {}
        deliveries[number] = _fitting(_said(entry, said), taker)
    return _with(data, deliveries=deliveries)


def _moved(data: Data, entry: Data, taker: Taker) -> Data:
    begun = {word: text for word, text in _begun(data, taker).items() if not entry.get(word)}
    return {"client": taker.client, **begun}


def _begun(data: Data, taker: Taker | None) -> Data:
    """What a delivery says at first; without knowing the destination, as for a folder."""
    if taker is None:
        return {"format": "parquet"}
    name = identifier(str(_part(data, "metadata").get("name") or RESULT))
    return {word: text.replace("{name}", name) for word, text in taker.asks.items() if text}


def _said(entry: Data, said: Mapping[str, str]) -> Data:
    """The entry with what was typed; what stands there already stays as it is written."""
    changed = {word: text for word, text in said.items() if text != str(entry.get(word) or "")}
    gone = {word for word, text in changed.items() if not text}
    return {word: value for word, value in (entry | changed).items() if word not in gone}


def _fitting(entry: Data, taker: Taker | None) -> Data:
    """Without what this kind of destination does not ask for."""
    stale = set(OF_KIND) - taker.asks.keys() if taker else set()
    return {word: value for word, value in entry.items() if word not in stale}


def remove_delivery(data: Data, number: int) -> Data:
    return _without(data, "deliveries", number)


def kinds(data: Data) -> dict[str, str]:
    """The types of the parameters that are declared, by name."""
    declared = _part(_spec(data), "parameters").items()
    return {name: str(_mapping(one).get("type") or "string") for name, one in declared}


def set_schedule(
    data: Data, *, cron: str, timezone: str, catch_up: str, values: Mapping[str, Any]
) -> Data:
    """When it runs by itself; without an expression, never.

    `values` are given to parameters at each due time; None is none, what is not named stays.
    """
    defaults = dict(_part(_spec(data), "defaults"))
    before = defaults.pop("schedule", None)
    given = {**_part(_mapping(before), "parameters"), **values}
    schedule: Data = {}
    if cron.strip():
        schedule = {"cron": " ".join(cron.split()), "timezone": timezone or "UTC"}
        if catch_up and catch_up != "latest":
            schedule["catch_up"] = catch_up
        if own := {name: value for name, value in given.items() if value is not None}:
            schedule["parameters"] = own
    return _with(data, defaults={**({"schedule": schedule} if schedule else {}), **defaults})


def _with(data: Data, **parts: Any) -> Data:
    """The spec with these parts; an optional part that became empty is left out."""
    spec = {**_spec(data), **parts}
    kept = {name: part for name, part in spec.items() if part or name in {"inputs", "sql"}}
    return ordered({**data, "spec": kept})


def _without(data: Data, part: str, number: int) -> Data:
    entries = _entries(_spec(data), part)
    return _with(data, **{part: [entry for n, entry in enumerate(entries) if n != number]})


def _spec(data: Mapping[str, Any]) -> Data:
    return _part(data, "spec")


def _part(data: Mapping[str, Any], name: str) -> Data:
    """A part as a mapping; what has another shape counts as empty."""
    return _mapping(data.get(name))


def _mapping(found: Any) -> Data:
    return dict(found) if isinstance(found, Mapping) else {}


def _entries(data: Mapping[str, Any], name: str) -> list[Any]:
    found = data.get(name)
    return list(found) if isinstance(found, list) else []
