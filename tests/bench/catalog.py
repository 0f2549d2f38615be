"""A catalog of 10,000 entities, one in a hundred broken: how long it takes to read and keep it.

`make bench ARGS="catalog"`. Beside it the same files, parsed by the same parser and nothing else.
"""

from __future__ import annotations

from tests.bench import inside
from tests.bench.report import Figure, keep
from tests.portal_process import Portal

MOST = 60.0  # seconds
BROKEN = 100


def measure() -> bool:
    """Whether it kept to its goals."""
    portal = Portal.start(only=())
    try:
        portal.manage("create_platform_admin", "bench", "--full-name", "Bench")
        said = inside.run(portal, "tests.bench.described")
    finally:
        portal.stop()
    alone = said["alone"]
    figures = [
        Figure("parsing alone", alone, "s", "CSafeLoader over the same files"),
        Figure("first read", said["first"], "s", "parsed, judged, kept, components", most=MOST),
        Figure("ratio", said["first"] / alone, "", "of parsing alone"),
        Figure("own processor time", said["first_used"], "s", "of the worker, without PostgreSQL"),
        Figure("ratio of those", said["first_used"] / said["alone_used"], "", "of parsing alone"),
        Figure("read again", said["again"], "s", "nothing changed"),
        Figure("rows written then", said["writes"], "", "but the source's own", most=0),
        Figure("one file changed", said["changed"], "s", "five entities of 10,000"),
        Figure("broken and named", said["named"], "", "of one in a hundred", least=BROKEN),
    ]
    amounts = {"entities": int(said["entities"])}
    keep("catalog", "A catalog of 10,000 entities in 2,000 files", figures, amounts=amounts)
    return not any(figure.is_missed for figure in figures)
