"""Runs and deployments that telemetry names: it is tied to those of its sender's own teams.

Else anyone could write into the log of somebody's run. What is not tied keeps what it said, as an
attribute. `OWNERS_OF` in the settings names a function for each: (digits of ids) -> components.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar, cast

from django.conf import settings
from django.utils.module_loading import import_string

from observability.logs.stores.base import LogLine
from observability.traces.stores.base import SpanLine
from portal.accounts import access
from portal.accounts.models import User
from portal.catalog.models import Component

SAID_AS = {"run_id": "slipway.run_id", "deployment_id": "deployment.id"}
Row = TypeVar("Row", LogLine, SpanLine)
Owners = Callable[[Collection[str]], Mapping[str, Component]]


def tied(rows: Sequence[Row], sender: User) -> tuple[Sequence[Row], int]:
    """The same rows, tied only to what is the sender's; and how many named what is another's.

    A query for each kind that is named at all; an identity that nothing here has is no fault.
    """
    others = 0
    for column, name in SAID_AS.items():
        ids = {getattr(row, column) for row in rows} - {""}
        if not ids:
            continue
        owners = cast("Owners", import_string(settings.OWNERS_OF[column]))(ids)
        theirs = _theirs(owners, sender)
        if ids <= theirs:
            continue
        foreign = owners.keys() - theirs
        others += sum(getattr(row, column) in foreign for row in rows)
        rows = [_untied(row, column, name, theirs) for row in rows]
    return rows, others


def _theirs(owners: Mapping[str, Component], sender: User) -> set[str]:
    components = {component.pk: component for component in owners.values()}
    may = {
        pk
        for pk, component in components.items()
        if access.may(sender, "telemetry.send", component)
    }
    return {one for one, component in owners.items() if component.pk in may}


def _untied(row: Row, column: str, name: str, theirs: Collection[str]) -> Row:
    named = getattr(row, column)
    if not named or named in theirs:
        return row
    kept = json.dumps({name: named, **json.loads(row.attributes)}, ensure_ascii=False)
    if column == "run_id":
        return row._replace(run_id="", attributes=kept)
    return row._replace(deployment_id="", attributes=kept)
