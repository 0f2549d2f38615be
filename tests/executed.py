"""A run as a worker leaves it: with a result that can be looked at, and delivered."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb

from pipelines.deliveries.models import Delivery
from pipelines.dispatch import work as dispatch
from pipelines.execution import operations as execution
from pipelines.runs.models import Run
from tests.pipelines.factories import staged

RESULT = "COPY (SELECT 'C1' AS carrier, 7::BIGINT AS flights) TO '{}' (FORMAT parquet)"


def executed(run: Run, folder: Path, now: datetime) -> Run:
    claim = execution.claim(run_id=str(run.pk), worker="test", now=now)
    assert claim
    path = folder / "result.parquet"
    duckdb.sql(RESULT.format(path))
    content = path.read_bytes()
    assert execution.succeed(claim=claim, outcome=staged(claim, content), now=now)
    delivery = Delivery.objects.get(run=run)
    dispatch.deliver(delivery_id=str(delivery.pk), worker="test", clock=lambda: now)
    run.refresh_from_db()
    return run
