"""How a sandbox died is told by its worker, for the zygote has no way to a store."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import psutil
import pytest

from observability.instrumentation.lines import Line, Told
from observability.instrumentation.sending import Sender
from observability.instrumentation.storing import Store
from observability.logs.models import LogRecord
from observability.logs.stores.registry import store
from pipelines.engines.registry import engine
from pipelines.execution import work
from pipelines.runs import operations as runs
from pipelines.runs.models import Run
from tests.patience import wait_for
from tests.pipelines.factories import SQL, House, file

pytestmark = pytest.mark.django_db
ENDLESS = (
    "SELECT carrier, count(*) AS flights FROM flights, range(10000000) a, range(10000000) b "
    "WHERE month = $month GROUP BY 1"
)


@pytest.fixture
def stored() -> Iterator[Callable[[], list[LogRecord]]]:
    """What the worker says goes into the store; `stored()`: the lines that are there."""
    records: list[Line] = []

    class Gathered(Sender):
        def add(self, record: Line) -> None:
            records.append(record)

    told = Told(Gathered(lambda _: None))
    logger = logging.getLogger("pipelines")
    logger.addHandler(told)

    def written() -> list[LogRecord]:
        store().write([Store("runs")._line(record) for record in records])
        return list(LogRecord.objects.order_by("at"))

    yield written
    logger.removeHandler(told)


def started(house: House, now: datetime, sql: str = ENDLESS, **spec: object) -> Run:
    version = house.live(file(sql, **{"checks": [], "deliveries": []} | spec), now=now)
    return runs.start(
        transformation=version.transformation, environment=house.environment, parameters={},
        by=house.developer, now=now, request_key="told",
    )  # fmt: skip


def attempted(run: Run, now: datetime) -> Run:
    work.execute(run_id=str(run.pk), worker="test", clock=lambda: now)
    run.refresh_from_db()
    return run


def sandboxes() -> list[psutil.Process]:
    return psutil.Process(engine("duckdb").ping()["pid"]).children()


def told(lines: list[LogRecord], run: Run) -> LogRecord:
    """The one line of its end, tied to the run."""
    (line,) = [line for line in lines if line.message.startswith("attempt ended")]
    assert (line.run_id, line.component, line.environment, line.severity) == (
        *(run.pk, "carrier-punctuality", "staging", 13),
    )
    return line


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV])
def test_a_sandbox_that_is_killed_is_found_in_the_log_by_its_run(
    house: House, stored: Callable, now: datetime, how: signal.Signals
) -> None:
    def kill() -> None:
        wait_for(sandboxes, 20)
        os.kill(sandboxes()[0].pid, how)

    run = started(house, now)
    with ThreadPoolExecutor(1) as pool:
        killed = pool.submit(kill)
        attempted(run, now)
        killed.result()
    line = told(stored(), run)
    assert f"ended by signal {how:d} " in line.message
    assert keys(line) == {"failure": "crashed", "attempt": 1, "signal": how}
    assert run.state == Run.State.QUEUED  # it is tried again


def test_the_limit_that_a_sandbox_was_killed_for_is_there_too(
    house: House, stored: Callable, now: datetime
) -> None:
    run = attempted(started(house, now, defaults={"limits": {"seconds": 1}}), now)
    line = told(stored(), run)
    assert keys(line) == {"failure": "limit:time", "attempt": 1, "killed_for": "time"}


def test_a_query_that_fails_by_itself_has_no_process_that_died(
    house: House, stored: Callable, now: datetime
) -> None:
    run = started(house, now, SQL, checks=[{"name": "none", "sql": "SELECT 1"}])
    attempted(run, now)
    assert keys(told(stored(), run)) == {"failure": "check", "attempt": 1}


def test_a_zygote_that_is_gone_is_told_by_every_attempt_that_asked_it(
    house: House,
    stored: Callable,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    run = started(house, now)
    monkeypatch.setenv("SLIPWAY_ZYGOTE", str(tmp_path / "gone.sock"))
    engine.cache_clear()
    try:
        attempted(run, now)
    finally:
        engine.cache_clear()
    line = told(stored(), run)
    assert "The sandbox does not answer" in line.message
    assert keys(line) == {"failure": "lost", "attempt": 1}


def keys(line: LogRecord) -> dict[str, object]:
    names = ("failure", "attempt", "signal", "exit_code", "killed_for")
    return {name: line.attributes[name] for name in names if name in line.attributes}
