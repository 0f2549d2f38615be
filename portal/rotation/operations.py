"""Writing every stored secret anew with another key, so that the old key can go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model
from django.db.models.options import Options
from django.utils.module_loading import import_string

from portal import secrets
from portal.accounts import access
from portal.accounts.models import User
from portal.audit import operations as audit

BATCH = 200  # rows in one transaction


def rotate(*, by: User | None, now: datetime, say: Callable[[str], object] = lambda _: None) -> int:
    """Write every secret with the first of SLIPWAY_ENCRYPTION_KEYS; how many were not yet.

    All are read first: `secrets.Undecryptable` where a key is missing, and nothing is changed. Then
    they are written in batches, each with its entry; whatever stops it in between, the next one
    goes on with what is left. Meanwhile everything works, by both keys. `say` hears how far it is.
    """
    if by:
        access.require(by, "secrets.rotate")
    for model, columns in _holders():
        for row in model._base_manager.only(*columns).iterator():  # noqa: SLF001
            _older(row, columns)
    return sum(_rewritten(model, columns, by, now, say) for model, columns in _holders())


@dataclass(frozen=True, slots=True)
class Held:
    """Rows of one kind that hold secrets: in how many one can be read, in how many one can't.

    A row may hold two, the present one and the one before.
    """

    name: str
    plural: str
    read: int
    lost: int


def held() -> list[Held]:
    """What is stored, by kind. Every start asks, so it is quick: a hundred take a millisecond.

    Tables and columns that a database of an older release does not have hold none.
    """
    there = _columns_there()
    return [
        _counted(model, [each for each in columns if (_meta(model).db_table, each) in there])
        for model, columns in _holders()
    ]


def _counted(model: type[Model], columns: Sequence[str]) -> Held:
    rows = ([box for box in row if box] for row in _boxes(model, columns))
    able = [[secrets.is_readable(box) for box in boxes] for boxes in rows if boxes]
    meta = _meta(model)
    names = str(meta.verbose_name), str(meta.verbose_name_plural)
    lost = sum(not all(each) for each in able)
    return Held(*names, read=sum(map(any, able)), lost=lost)


def _boxes(model: type[Model], columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    rows = model._base_manager.order_by().values_list(*columns)  # noqa: SLF001
    return rows.iterator() if columns else iter(())


def _columns_there() -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = ANY(current_schemas(false))"
        )
        return set(cursor.fetchall())


def _holders() -> Iterator[tuple[type[Model], Sequence[str]]]:
    for name, columns in settings.SECRETS_AT_REST.items():
        yield import_string(name), columns


def _rewritten(
    model: type[Model],
    columns: Sequence[str],
    by: User | None,
    now: datetime,
    say: Callable[[str], object],
) -> int:
    total, last = 0, None
    while True:
        with transaction.atomic():
            rows = model._base_manager.select_for_update(of=("self",)).order_by("pk")  # noqa: SLF001
            batch = list((rows.filter(pk__gt=last) if last else rows)[:BATCH])
            count = sum(_written(row, columns) for row in batch)
            if count:
                _record(model, count, by, now)
        total += count
        if not batch:
            return total
        last = batch[-1].pk
        say(f"{_named(model)}: {total} written anew")


def _written(row: Model, columns: Sequence[str]) -> bool:
    """Whether the row held something that was written with an older key."""
    older = _older(row, columns)
    for column in older:
        setattr(row, column, secrets.rotate(getattr(row, column)))
    if older:
        row.save(update_fields=older)
    return bool(older)


def _older(row: Any, columns: Sequence[str]) -> list[str]:
    held = [column for column in columns if getattr(row, column)]
    return [column for column in held if not secrets.is_newest(getattr(row, column))]


def _record(model: type[Model], count: int, by: User | None, now: datetime) -> None:
    audit.record(
        verb="secrets.rotate",
        by=by,
        now=now,
        kind="secrets",
        thing=f"secrets of {_named(model)}",
        after={"count": count},
    )


def _named(model: type[Model]) -> str:
    return str(_meta(model).verbose_name_plural)


def _meta(model: type[Model]) -> Options[Any]:
    return model._meta  # noqa: SLF001
