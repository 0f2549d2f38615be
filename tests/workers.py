"""Which tests go to the same worker of `pytest -n`: those that share something dear to start.

pytest-xdist 3.8 has `--dist loadgroup` and marks for this, but it writes the group into a private
field that pytest 9.2 no longer has, so that the marks group nothing, silently. Here a folder (or a
file) says it.
"""

from __future__ import annotations

from typing import Any

from xdist.scheduler import LoadScopeScheduling

TOGETHER = {
    "tests/demo/": "the portal in which the story was played",
    "tests/faults/": "the portal to break",
    "tests/launch/test_up.py": "make up, one at a time",
}
BY_FILE = "tests/journeys/"  # each file furnishes a house of its own


class SharedPortals(LoadScopeScheduling):
    """Tests of one group go to one worker; every other test goes where there is room."""

    def _split_scope(self, nodeid: str) -> str:
        for beginning, group in TOGETHER.items():
            if nodeid.startswith(beginning):
                return group
        return nodeid.partition("::")[0] if nodeid.startswith(BY_FILE) else nodeid


def pytest_xdist_make_scheduler(config: Any, log: Any) -> SharedPortals:
    return SharedPortals(config, log)
