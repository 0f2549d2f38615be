"""`make bench`: what a run costs beside bare Celery and bare DuckDB, and how long pages take.

`make bench ARGS="tiny memory"` measures only those.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from tests.api_house import House, build
from tests.bench import heavy, memory, pages, tiny
from tests.portal_process import Portal

PARTS: dict[str, Callable[[House], None]] = {
    "tiny": tiny.measure,
    "heavy": heavy.measure,
}
# With portals of their own
ALONE: dict[str, Callable[[], None]] = {"memory": memory.measure, "pages": pages.measure}


def main() -> None:
    wanted = sys.argv[1:] or [*PARTS, *ALONE]
    if together := [name for name in wanted if name in PARTS]:
        portal = Portal.start(own_servers=True)
        try:
            house = build(portal, names=("tiny", "heavy"))
            for name in together:
                PARTS[name](house)
        finally:
            portal.stop()
    for name in wanted:
        if name in ALONE:
            ALONE[name]()


if __name__ == "__main__":
    main()
