"""`python -m tests.bench.log_questions 5000000`: settles lines, asks, and says as JSON how long."""

from __future__ import annotations

import json
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import django

WARM, TIMES = 3, 30
DAYS = 4
BATCH, BATCHES = 2000, 20
BUSY = "component-1"
NAMES = (
    "by trace id",
    "component, last hour, newest 100",
    "rare word among warnings and worse",
    "histogram of 24 h of a component",
)
Asked = Callable[[int], object]


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from django.db import connection  # noqa: PLC0415 - tables first
    from django.utils import timezone  # noqa: PLC0415

    from tests.bench.log_crowd import settle  # noqa: PLC0415

    lines, now = int(sys.argv[1]), timezone.now()
    settle(lines, now=now, days=DAYS)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE observability_logrecord")
        cursor.execute("VACUUM ANALYZE observability_logminute")
    said: dict[str, Any] = {"ours": timed(_ours(now, lines)), "also": timed(_also(now))}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "lines.csv"
        _exported(file)
        said["beside"] = {
            name: timed(asked) for name, asked in _beside(file, now, lines) if asked is not None
        }
    print(json.dumps(said | _ingestion(now)))


def timed(asked: dict[str, Asked]) -> dict[str, tuple[float, float]]:
    """The 95th percentile of each and its median, in milliseconds."""
    found = {}
    for name, ask in asked.items():
        times = []
        for n in range(WARM + TIMES):
            began = time.perf_counter()
            ask(n)
            times.append((time.perf_counter() - began) * 1000)
        ordered = sorted(times[WARM:])
        found[name] = (ordered[math.ceil(0.95 * TIMES) - 1], ordered[TIMES // 2])
    return found


def _ours(now: datetime, lines: int) -> dict[str, Asked]:
    from observability.logs import asking, queries, wanting  # noqa: PLC0415
    from observability.logs.stores.base import Wanted  # noqa: PLC0415

    def wanted(text: str, span: timedelta) -> Wanted:
        conditions = wanting.conditions(asking.query(text))
        return Wanted(now - span, now + timedelta(minutes=1), conditions=conditions)

    def page(text: str, span: timedelta) -> object:
        found = queries.search(wanted(text, span), most=100)
        assert found.lines, text
        return found

    days, hour, day = timedelta(days=DAYS + 1), timedelta(hours=1), timedelta(days=1)
    return dict(
        zip(
            NAMES,
            (
                lambda n: page(f"trace:{_trace(n, lines):032x}", days),
                lambda _: page(f"component:{BUSY}", hour),
                lambda _: page("level:warn+ needle", days),
                lambda _: queries.histogram(wanted(f"component:{BUSY}", day), 1800),
            ),
            strict=True,
        )
    )


def _also(now: datetime) -> dict[str, Asked]:
    from observability.logs import asking, queries, wanting  # noqa: PLC0415
    from observability.logs.stores.base import Wanted  # noqa: PLC0415

    def wanted(text: str, hours: int) -> Wanted:
        conditions = wanting.conditions(asking.query(text))
        return Wanted(
            now - timedelta(hours=hours), now + timedelta(minutes=1), conditions=conditions
        )

    return {
        "newest 100 errors of everything, 24 h": lambda _: queries.search(
            wanted("level:error", 24)
        ),
        "a client's newest 100, 24 h": lambda _: queries.search(wanted("client:client-3", 24)),
        "a word in all lines of a component, 24 h": lambda _: queries.search(
            wanted(f"component:{BUSY} deadline", 24)
        ),
        "facets of the newest 20,000 of a component": lambda _: queries.counted(
            wanted(f"component:{BUSY}", 24)
        ),
    }


def _trace(n: int, lines: int) -> int:
    return n * 7919 % (lines // 8)


def _exported(file: Path) -> None:
    from django.db import connection  # noqa: PLC0415

    with (
        connection.cursor() as cursor,
        file.open("wb") as out,
        cursor.copy(
            "COPY (SELECT at AT TIME ZONE 'UTC' AS said_at, component, environment, severity,"
            " message, replace(trace_id::text, '-', '') AS trace_id FROM observability_logrecord"
            " ORDER BY component, at) TO STDOUT (FORMAT csv, HEADER)"
        ) as copy,
    ):
        for block in copy:
            out.write(block)


def _beside(file: Path, now: datetime, lines: int) -> list[tuple[str, dict[str, Asked] | None]]:
    return [("DuckDB", _duckdb(file, now, lines)), ("chDB", _chdb(file, now, lines))]


def _questions(
    now: datetime, lines: int, ask: Callable[[str], object], bar: str
) -> dict[str, Asked]:
    def at(ago: timedelta) -> str:
        return f"'{now - ago:%Y-%m-%d %H:%M:%S}'"

    newest = "ORDER BY said_at DESC LIMIT 100"
    texts: tuple[Callable[[int], str], ...] = (
        lambda n: f"SELECT * FROM lines WHERE trace_id = '{_trace(n, lines):032x}' {newest}",
        lambda _: (
            f"SELECT * FROM lines WHERE component = '{BUSY}'"
            f" AND said_at >= {at(timedelta(hours=1))} {newest}"
        ),
        lambda _: f"SELECT * FROM lines WHERE severity >= 13 AND message LIKE '% needle%' {newest}",
        lambda _: (
            f"SELECT {bar}, severity, count(*) FROM lines WHERE component = '{BUSY}'"
            f" AND said_at >= {at(timedelta(days=1))} GROUP BY ALL"
        ),
    )
    return {
        name: (lambda n, text=text: ask(text(n)))  # type: ignore[misc]
        for name, text in zip(NAMES, texts, strict=True)
    }


def _duckdb(file: Path, now: datetime, lines: int) -> dict[str, Asked]:
    import duckdb  # noqa: PLC0415

    base = duckdb.connect()
    base.execute(f"CREATE TABLE lines AS SELECT * FROM read_csv('{file}')")
    bar = "time_bucket(INTERVAL 30 MINUTE, said_at)"
    return _questions(now, lines, lambda sql: base.execute(sql).fetchall(), bar)


def _chdb(file: Path, now: datetime, lines: int) -> dict[str, Asked] | None:
    """None where it is not installed."""
    try:
        from chdb import session  # noqa: PLC0415
    except ImportError:
        return None
    base = session.Session()
    base.query(
        "CREATE TABLE lines (said_at DateTime64(6), component LowCardinality(String),"
        " environment LowCardinality(String), severity UInt8, message String, trace_id String,"
        " INDEX t trace_id TYPE bloom_filter GRANULARITY 1,"
        " INDEX m message TYPE tokenbf_v1(32768, 3, 0) GRANULARITY 1)"
        " ENGINE = MergeTree ORDER BY (component, said_at)"
    )
    base.query(f"INSERT INTO lines SELECT * FROM file('{file}', CSVWithNames)")
    bar = "toStartOfInterval(said_at, INTERVAL 30 MINUTE) AS bar"
    return _questions(now, lines, lambda sql: base.query(sql, "TabSeparated"), bar)


def _ingestion(now: datetime) -> dict[str, float]:
    """Lines a second with everything that is done for them, with COPY alone, and shapes alone."""
    from observability.logs.stores import postgres  # noqa: PLC0415
    from observability.logs.stores.base import LogLine  # noqa: PLC0415
    from observability.partitions import batches  # noqa: PLC0415
    from observability.partitions.days import Keep, keep_of  # noqa: PLC0415
    from observability.patterns.shapes import shape  # noqa: PLC0415

    store = postgres.PostgresLogs()
    first = batches.nanoseconds(now)

    def batch(number: int) -> list[LogLine]:
        return [
            LogLine(
                first + (number * BATCH + n) * 1000,
                f"component-{n % 20}",
                "production",
                "3",
                9 if n % 10 else 13,
                f"step {n % 40} of wave took {n} ms for {'abcdefgh'[n % 8]}{n % 40}x in place",
                '{"logger": "worker", "http.status": 200, "host": "h1", "customer": "4711"}',
                f"{n:032x}",
                f"{n:016x}",
                "",
                "",
            )
            for n in range(BATCH)
        ]

    def bare(lines: list[LogLine]) -> None:
        pairs = [
            (line, keep_of(line.environment, line.severity, ("production",))) for line in lines
        ]
        rows = [postgres.row(line, keep, None) for line, keep in pairs]
        places: set[tuple[Keep, Any]] = {(keep, batches.day_of(line.at)) for line, keep in pairs}
        batches.write(postgres.TABLE, postgres.COLUMNS, rows, places)

    rates = {}
    for name, write in (("written", store.write), ("bare", bare)):
        write(batch(-1))
        given = [batch(n) for n in range(BATCHES)]
        began = time.perf_counter()
        for lines in given:
            write(lines)
        rates[name] = BATCH * BATCHES / (time.perf_counter() - began)
    texts = [line.message for line in batch(0)]
    began = time.perf_counter()
    for _ in range(10):
        for text in texts:
            shape(text)
    return {**rates, "shapes": 10 * BATCH / (time.perf_counter() - began)}


if __name__ == "__main__":
    main()
