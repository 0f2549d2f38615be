"""The icons that pages use, as one file of symbols: outlines of Tabler, and our shapes of states.

`manage.py icons` writes it; the file is committed, so that serving pages needs no node_modules.
"""

from __future__ import annotations

import re
from pathlib import Path

# Our name for what it means -> Tabler's name for what it looks like
OUTLINES = {
    "account": "user-circle",
    "api": "api",
    "audit": "clipboard-check",
    "back": "arrow-back-up",
    "bell": "bell",
    "bell-off": "bell-off",
    "book": "book",
    "catalog": "layout-grid",
    "chat": "message-circle",
    "change": "history",
    "check": "check",
    "client": "building",
    "clock": "clock",
    "commit": "git-commit",
    "configuration": "adjustments-horizontal",
    "copy": "copy",
    "database": "database",
    "deploy": "rocket",
    "diff": "file-diff",
    "dora": "chart-bar",
    "dots": "dots",
    "down": "chevron-down",
    "draft": "pencil",
    "environment": "map-pin",
    "eye": "eye",
    "file": "file-code",
    "filter": "filter",
    "health": "heartbeat",
    "home": "home",
    "keyboard": "keyboard",
    "library": "books",
    "link": "external-link",
    "lock": "lock",
    "log": "file-text",
    "mail": "mail",
    "map": "topology-star-3",
    "menu": "menu-2",
    "minus": "minus",
    "moon": "moon",
    "open": "chevron-right",
    "path": "route",
    "pause": "player-pause",
    "pin": "pin",
    "play": "player-play",
    "plus": "plus",
    "redo": "arrow-forward-up",
    "refresh": "refresh",
    "release": "tag",
    "resource": "server",
    "right": "arrow-right",
    "run": "activity",
    "schedule": "calendar-time",
    "screen": "device-desktop",
    "search": "search",
    "send": "send",
    "service": "cube",
    "slow": "hourglass",
    "sign-out": "logout",
    "star": "star",
    "sun": "sun",
    "table": "table",
    "thumb-down": "thumb-down",
    "thumb-up": "thumb-up",
    "team": "users",
    "token": "key",
    "up": "chevron-up",
    "transformation": "transform",
    "x": "x",
}
HEAD = '<svg xmlns="http://www.w3.org/2000/svg">\n'
BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
EMPTY_BOX = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'


def sprite(outlines: Path, states: Path) -> str:
    """All symbols, as SVG. `outlines` is Tabler's folder; `states` holds our own symbols."""
    ours = "\n".join(line for line in states.read_text().splitlines() if line.startswith("<symbol"))
    theirs = "\n".join(
        _symbol(name, (outlines / f"{file}.svg").read_text()) for name, file in OUTLINES.items()
    )
    return f"{HEAD}{ours}\n{theirs}\n</svg>\n"


def _symbol(name: str, svg: str) -> str:
    found = BODY.search(svg)
    assert found, name
    drawing = " ".join(found[1].replace(EMPTY_BOX, "").split()).replace(" />", "/>")
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24">'
        f'<g stroke-width="var(--outline, 2)">{drawing}</g></symbol>'
    )
