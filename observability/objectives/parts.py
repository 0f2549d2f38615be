"""What the portal stands on: versions, disks, days of telemetry, the newest backup."""

from __future__ import annotations

import platform
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path

import django
from django.conf import settings
from django.db import connection

from observability.partitions import operations as partitions
from portal.figures import size
from portal.tones import Tone

FULL, NEARLY = 0.95, 0.85  # of a disk that is used
NAMES = {
    "observability_logrecord": "Days of log lines",
    "observability_span": "Days of spans",
    "observability_point": "Days of points of metrics",
}
PARTITIONS = """
SELECT parent, count(*), sum(pg_total_relation_size(leaf.relid))::bigint,
    to_date(min(substring(leaf.relid::regclass::text FROM '[0-9]{8}$')), 'YYYYMMDD'),
    to_date(max(substring(leaf.relid::regclass::text FROM '[0-9]{8}$')), 'YYYYMMDD')
FROM unnest(%s::text[]) AS parent, pg_partition_tree(parent::regclass) leaf
WHERE leaf.isleaf GROUP BY parent ORDER BY parent
"""


@dataclass(frozen=True, slots=True)
class Disk:
    """A folder's disk. `said` is None where the folder is not there."""

    name: str
    path: str
    said: tuple[Tone, str, str]


@dataclass(frozen=True, slots=True)
class Days:
    """The partitions of one table of telemetry; `name` says what lies in it."""

    name: str
    count: int
    bytes: int
    oldest: date | None
    newest: date | None


def versions() -> list[tuple[str, str]]:
    """Name and version; one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version')")
        (postgres,) = cursor.fetchone()
    packages = [(name, version(name)) for name in ("celery", "duckdb", "djangorestframework")]
    return [
        ("Slipway", settings.VERSION),
        ("Python", platform.python_version()),
        ("Django", django.get_version()),
        ("PostgreSQL", postgres),
        *packages,
    ]


def disks() -> list[Disk]:
    """The disks of the folders that Slipway writes to, as this process sees them."""
    folders = {"Data": settings.DATA_DIR, "Results": settings.ARTIFACTS_DIR}
    return [_disk(name, Path(path)) for name, path in folders.items()]


def _disk(name: str, path: Path) -> Disk:
    if not path.exists():
        return Disk(name, str(path), ("neutral", "neutral", "not there yet"))
    used = shutil.disk_usage(path)
    share = (used.total - used.free) / used.total
    tone: Tone = "bad" if share > FULL else "warn" if share > NEARLY else "good"
    words = f"{size(used.free)} of {size(used.total)} free"
    return Disk(name, str(path), (tone, tone, words))


def days() -> list[Days]:
    """How many days of telemetry there are, and what they take; one query."""
    with connection.cursor() as cursor:
        cursor.execute(PARTITIONS, [list(partitions.TABLES)])
        rows = cursor.fetchall()
    return [Days(NAMES[table], *more) for table, *more in rows]


def backup(now: datetime) -> tuple[Tone, str, str]:
    """How old the newest backup is, by the file that whoever makes them touches."""
    if not settings.BACKUP_MARK:
        return "neutral", "neutral", "not known"
    mark = Path(settings.BACKUP_MARK)
    if not mark.exists():
        return "bad", "bad", f"none: there is no {mark}"
    age = now - datetime.fromtimestamp(mark.stat().st_mtime, tz=UTC)
    tone: Tone = "bad" if age.days >= 7 else "warn" if age.days >= 2 else "good"
    hours = int(age.total_seconds() // 3600)
    return tone, tone, f"{hours} h old" if hours < 48 else f"{age.days} days old"
