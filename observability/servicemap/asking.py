"""What somebody asks of the map, out of a query string. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR, DAY = "hour", "day"
# Name in the address -> words, how long, of which sums; hours and days are added up whole
WINDOWS = {
    "1h": ("This hour and the last", timedelta(hours=1), HOUR),
    "6h": ("Last 6 hours", timedelta(hours=6), HOUR),
    "1d": ("Last day", timedelta(days=1), HOUR),
    "7d": ("Last 7 days", timedelta(days=7), DAY),
    "30d": ("Last 30 days", timedelta(days=30), DAY),
}
USUAL = "1d"
WAYS = {
    "": "All",
    "both": "Declared and seen",
    "declared": "Declared, not seen",
    "seen": "Seen, not declared",
}
SORTS = {
    "calls": "Most calls",
    "errors": "Most failures",
    "slow": "Slowest on average",
    "name": "Name",
}
DEEPEST = 3
LONGEST = 120


@dataclass(frozen=True, slots=True)
class Asked:
    """Of all components, or so many steps around one; nonsense means the usual."""

    around: str = ""
    depth: int = 1
    window: str = USUAL
    environment: str = ""
    way: str = ""
    sort: str = "calls"

    @property
    def of(self) -> str:
        return WINDOWS[self.window][2]

    def since(self, now: datetime) -> datetime:
        """When the first hour or day that is added up begins."""
        begin = now - WINDOWS[self.window][1]
        whole = begin.replace(minute=0, second=0, microsecond=0)
        return whole.replace(hour=0) if self.of == DAY else whole


def read(given: Mapping[str, str], around: str = "") -> Asked:
    depth, window, way = (given.get(name, "") for name in ("depth", "time", "way"))
    sort = given.get("sort", "")
    return Asked(
        around=around or _text(given.get("around", "")),
        depth=min(max(int(depth), 1), DEEPEST) if depth.isdecimal() and len(depth) < 3 else 1,
        window=window if window in WINDOWS else USUAL,
        environment=_text(given.get("environment", "")),
        way=way if way in WAYS else "",
        sort=sort if sort in SORTS else "calls",
    )


def _text(given: str) -> str:
    return given.replace("\0", "").strip()[:LONGEST]
