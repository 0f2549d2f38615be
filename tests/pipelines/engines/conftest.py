"""One zygote and one set of inputs for all tests of a worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipelines.engines.base import Source
from pipelines.engines.duckdb.client import DuckDBEngine
from tests.pipelines.engines import zygotes


@pytest.fixture(scope="session")
def running_zygote() -> Iterator[zygotes.Zygote]:
    """A zygote whose starter had a secret in its environment."""
    with zygotes.running(environment={"CANARY": zygotes.CANARY}) as running:
        yield running


@pytest.fixture
def engine(running_zygote: zygotes.Zygote) -> DuckDBEngine:
    """A client of that zygote."""
    return running_zygote.engine


@pytest.fixture(scope="session")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Source]:
    """Sources by file name, such as flights.parquet."""
    return zygotes.write_inputs(tmp_path_factory.mktemp("inputs"))
