"""Which tests go to the same worker of `pytest -n`, and which of them go first.

Those that share something dear to start go together. What takes long begins at once, beside each
other; then come those that wait for others, and the many small ones fill up what is left, so that
all workers end at about the same time.

pytest-xdist 3.8 has `--dist loadgroup` and marks for this, but it writes the group into a private
field that pytest 9.2 no longer has, so that the marks group nothing, silently. Here a folder (or a
file) says it.
"""

from __future__ import annotations

import os
from typing import Any

from xdist.scheduler import LoadScopeScheduling

from launch import chromium, prometheus

# The longest first; a file before its folder.
TOGETHER = {
    "tests/faults/test_killed_": "the portal in which somebody dies",
    "tests/journeys/test_pages.py": "every page in a browser",
    "tests/demo/": "the portal in which the story was played",
    "tests/faults/test_telemetry_arrives.py": "the receiver that loses its database",
    "tests/faults/": "the portal to break",
    "tests/running/": "the portal that is watched",
    "tests/releases/": "the portal of the release before",
    "tests/launch/test_up.py": "make up, one at a time",
    "tests/portal/test_schema.py": "the document of the API",
    "tests/test_architecture.py": "the source",
    "tests/attacks/test_in_the_code.py": "the source",
    "tests/contracts/test_metric_stores.py": "points in Prometheus",
}
BY_FILE = "tests/journeys/"  # each file furnishes a house of its own
LONG = (  # seconds each
    "tests/pipelines/test_life_of_runs.py",
    "tests/deployments/test_lifecycle_stateful.py",
    BY_FILE,
    "tests/test_permissions.py::test_each_person",
    "tests/fuzz/",
    "tests/launch/",
    "tests/pipelines/engines/",
    "tests/portal/pages/test_query_",
)


class SharedPortals(LoadScopeScheduling):
    """Tests of one group go to one worker; every other test goes where there is room."""

    def _split_scope(self, nodeid: str) -> str:
        for beginning, group in TOGETHER.items():
            if nodeid.startswith(beginning):
                return group
        return nodeid.partition("::")[0] if nodeid.startswith(BY_FILE) else nodeid


def pytest_xdist_make_scheduler(config: Any, log: Any) -> SharedPortals:
    config.option.loadscopereorder = False  # in the order of the collection: see below
    return SharedPortals(config, log)


def pytest_collection_modifyitems(items: list[Any]) -> None:
    """What takes long goes first, then what waits; the many that only reckon fill up what is left.

    What needs a browser or a Prometheus goes only where one is. In CI there are both.
    """
    if chromium.are_left_out(os.environ):
        items[:] = [item for item in items if "chromium" not in item.fixturenames]
    if prometheus.are_left_out(os.environ):
        items[:] = [item for item in items if not _needs_prometheus(item)]
    order = [*TOGETHER, *LONG]

    def place(item: Any) -> int:
        found = (n for n, beginning in enumerate(order) if item.nodeid.startswith(beginning))
        return next(found, len(order) + (not _waits(item)))

    items.sort(key=place)


def _waits(item: Any) -> bool:
    """For threads and processes, that is: others want the processors meanwhile."""
    database = item.get_closest_marker("django_db")
    is_marked = bool(database and database.kwargs.get("transaction"))
    return is_marked or "transactional_db" in item.fixturenames


def _needs_prometheus(item: Any) -> bool:
    return "prometheus" in item.fixturenames or "[prometheus" in item.nodeid
