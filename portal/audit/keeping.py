"""The signed head of each day as a file, in a folder that is kept where the database is not."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from portal.audit import heads, queries

LATE = timedelta(minutes=10)  # a day's head is written with the first tick that can


def signed(now: datetime) -> dict[str, Any] | None:
    """The newest link's head, signed; None before the first is sealed."""
    newest = queries.newest()
    if newest is None:
        return None
    head = heads.Head(
        sequence=newest.sequence,
        digest=newest.digest,
        sealed_at=newest.sealed_at.isoformat(),
        exported_at=now.isoformat(),
    )
    return heads.sign(head, settings.AUDIT_SIGNING_KEY)


def keep(*, now: datetime) -> None:
    """Write today's head once, whole or not at all. OSError where the folder takes none."""
    if not settings.AUDIT_HEADS or _is_there(path := _path(now)):
        return
    if head := signed(now):
        _write_new(path, json.dumps(head, indent=2) + "\n")


def told(now: datetime) -> tuple[str, str]:
    """For /readyz: whether today's head is kept."""
    if _is_there(_path(now)):
        return "ready", f"Today's head of the audit is in {settings.AUDIT_HEADS}."
    if now - now.replace(hour=0, minute=0, second=0, microsecond=0) < LATE:
        return "ready", "The day has just begun: its head is written within minutes."
    missing = (
        f"Today's head of the audit is not in {settings.AUDIT_HEADS}: the log of the control "
        "worker says why. Is the folder there, and may Slipway write into it?"
    )
    return "degraded", missing


def _path(now: datetime) -> Path:
    return Path(settings.AUDIT_HEADS) / f"head-{now:%Y-%m-%d}.json"


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a folder that we may not look into
        return False


def _write_new(path: Path, text: str) -> None:
    """Beside it first, then under its name, unless another worker was faster: never over a file."""
    whole = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with whole.open("w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(whole, path)
    finally:
        whole.unlink(missing_ok=True)
