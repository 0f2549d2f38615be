"""Other machines than this one: an ordinary user, no namespaces, an old kernel."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pipelines.engines.base import Source
from tests.pipelines.engines import zygotes

ORDINARY = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
WITHOUT = [sys.executable, "-m", "tests.pipelines.engines.without"]

MACHINES = {
    "an ordinary user": (ORDINARY, {}),
    "no namespaces": ([*WITHOUT, "unshare", "--"], {"user_namespace", "network_namespace"}),
    "an ordinary user without namespaces": (
        [*ORDINARY, *WITHOUT, "unshare", "--"],
        {"user_namespace", "network_namespace"},
    ),
    "an old kernel": ([*WITHOUT, "landlock", "--"], {"landlock"}),
}


@pytest.mark.parametrize("name", MACHINES)
def test_it_works_there_and_says_which_walls_are_missing(
    name: str, inputs: dict[str, Source], tmp_path: Path
) -> None:
    prefix, missing = MACHINES[name]
    with zygotes.running(prefix=prefix) as zygote:
        walls = zygote.engine.ping()["walls"]
        assert {wall for wall, there in walls.items() if not there} >= set(missing)
        assert walls["seccomp"]
        said = " ".join(line["message"] for line in zygote.log)
        assert all(wall in said for wall in missing)
        flights = inputs["flights.parquet"]
        wanted = zygotes.job("SELECT count(*) AS n FROM flights", flights, folder=tmp_path)
        zygotes.run(zygote.engine, wanted)
        assert zygotes.rows(wanted.result_path) == [(10000,)]
        for sql in ("FROM '/etc/passwd'", "WITH x AS (COPY flights TO '/tmp/x') SELECT 1 AS a"):
            error = zygotes.refusal(zygote.engine, zygotes.job(sql, flights, folder=tmp_path))
            assert error.kind == "sql"
