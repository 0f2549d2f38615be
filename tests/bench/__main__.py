"""`make bench`: what a run costs beside bare Celery and bare DuckDB, on this machine, now.

`make bench ARGS="tiny memory"` measures only those.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.api_house import House, build
from tests.bench import heavy, memory, tiny
from tests.portal_process import Portal

PARTS: dict[str, Callable[[House], None]] = {
    "memory": memory.measure,
    "tiny": tiny.measure,
    "heavy": heavy.measure,
}


def main() -> None:
    wanted = sys.argv[1:] or list(PARTS)
    portal = Portal.start(own_servers=True)
    try:
        house = build(portal, names=("tiny", "heavy"))
        for name in wanted:
            PARTS[name](house)
    finally:
        portal.stop()


if __name__ == "__main__":
    main()
