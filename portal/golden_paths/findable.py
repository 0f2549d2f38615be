"""Golden paths as the search knows them: those that are offered."""

from __future__ import annotations

from collections.abc import Iterator

from portal.golden_paths.models import GoldenPath
from portal.search import operations as search
from portal.search.things import Thing

KIND = "path"


def thing(path: GoldenPath) -> Thing:
    return Thing(
        kind=KIND,
        name=path.name,
        url=path.url,
        icon=path.icon or "plus",
        title=path.title,
        text=path.description,
        note="Golden path",
        weight=3,
    )


def tell(path: GoldenPath) -> None:
    """To the search: what is on the shelf can be found, what was taken off it can't."""
    if path.is_offered and path.current_id:
        search.put(thing(path))
    else:
        search.remove(kind=KIND, name=path.name)


def every() -> Iterator[Thing]:
    """All of them, for the command that builds the search anew."""
    offered = GoldenPath.objects.filter(is_offered=True, current__isnull=False)
    yield from (thing(path) for path in offered.order_by("pk"))
