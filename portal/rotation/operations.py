"""Writing every stored secret anew with another key, so that the old key can go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model
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


def unreadable() -> list[str]:
    """What holds secrets whose newest can't be read with any key that is here, by its name.

    The newest only, so that every start can ask: it tells other keys from these, not whether all
    can be read, as a row may be written anew. `rotate` reads all.
    """
    return [
        _named(model)
        for model, columns in _holders()
        if not all(_is_newest_readable(model, column) for column in columns)
    ]


def _is_newest_readable(model: type[Model], column: str) -> bool:
    held = model._base_manager.exclude(**{column: None}).exclude(**{column: b""})  # noqa: SLF001
    box = held.order_by("-pk").values_list(column, flat=True).first()
    return box is None or secrets.is_readable(box)


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
    return str(model._meta.verbose_name_plural)  # noqa: SLF001
