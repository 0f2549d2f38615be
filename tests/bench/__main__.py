"""`make bench`: what a run costs beside bare Celery and bare DuckDB, and how long pages take.

`make bench ARGS="tiny memory"` measures only those. Where pages, memory or the cost of
telemetry are measured, a goal that they miss ends it with an error.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.api_house import House, build
from tests.bench import (
    ascode,
    catalog,
    dora,
    heavy,
    logs,
    memory,
    otlp,
    pages,
    starts,
    telemetry,
    tiny,
)
from tests.portal_process import Portal

PARTS: dict[str, Callable[[House], None]] = {
    "tiny": tiny.measure,
    "heavy": heavy.measure,
}
# With portals of their own
ALONE: dict[str, Callable[[], bool]] = {
    "memory": memory.measure,
    "starts": starts.measure,
    "pages": pages.measure,
    "logs": logs.measure,
    "otlp": otlp.measure,
    "telemetry": telemetry.measure,
    "dora": dora.measure,
    "catalog": catalog.measure,
    "ascode": ascode.measure,
}


def main() -> int:
    wanted = sys.argv[1:] or [*PARTS, *ALONE]
    if together := [name for name in wanted if name in PARTS]:
        portal = Portal.start(own_servers=True)
        try:
            house = build(portal, names=("tiny", "heavy"))
            for name in together:
                PARTS[name](house)
        finally:
            portal.stop()
    done = [ALONE[name]() for name in wanted if name in ALONE]
    return 0 if all(done) else 1


if __name__ == "__main__":
    sys.exit(main())
