"""Names that a shell offers: asked of Slipway with little patience, and kept for a minute.

Who presses Tab waits for it. What is not answered at once is offered as it was known last, and a
mistake is offered nothing: completion says no words, and never fails.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from slipway_cli import kept
from slipway_cli.client import API
from slipway_cli.endings import Ended

PATIENCE = 1.0  # seconds
FRESH = 60.0  # seconds
MOST = 200  # names that are asked for, and answers that are kept
WHOLE = ("queues/",)  # a handful: these lists have no pages, and refuse to be asked for one


def components(incomplete: str) -> list[str]:
    """There may be thousands: Slipway looks for those that begin so."""
    return _beginning(incomplete, "components/", name_begins=incomplete)


def environments(incomplete: str) -> list[str]:
    return _beginning(incomplete, "environments/")


def teams(incomplete: str) -> list[str]:
    return _beginning(incomplete, "teams/")


def sources(incomplete: str) -> list[str]:
    """Of the catalog."""
    return _beginning(incomplete, "catalog-sources/")


def queues(incomplete: str) -> list[str]:
    return _beginning(incomplete, "queues/")


def paths(incomplete: str) -> list[str]:
    """Golden ones."""
    return _beginning(incomplete, "golden-paths/")


def file() -> Path:
    folder = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(folder) / "slipway" / "names.json"


def _beginning(incomplete: str, path: str, **query: str) -> list[str]:
    try:
        found = _known(path, {name: value for name, value in query.items() if value})
    except (Ended, httpx.HTTPError, OSError, ValueError):
        return []
    return [name for name in found if name.startswith(incomplete)]


def _known(path: str, query: dict[str, str]) -> list[str]:
    """What was kept a moment ago, or what Slipway says now; as it was known last where it can't."""
    login = kept.login()
    who = hashlib.sha256(f"{login.url} {login.token}".encode()).hexdigest()[:16]
    question = f"{who} {path} {json.dumps(query)}"
    answers = _kept()
    names, until = answers.get(question, ([], 0.0))
    if time.time() < until:
        return names
    with suppress(httpx.HTTPError, ValueError):
        names = _asked(login, path, query)
    # Where it did not answer, it is not asked again at once: who presses Tab would wait each time.
    answers.pop(question, None)
    answers[question] = (names, time.time() + FRESH)
    kept.replaced(file(), dict(list(answers.items())[-MOST:]))
    return names


def _asked(login: kept.Login, path: str, query: dict[str, str]) -> list[str]:
    answer = httpx.get(
        f"{login.url}{API}{path}",
        params=query if path in WHOLE else {**query, "limit": str(MOST)},
        headers={"Authorization": f"Bearer {login.token}", "User-Agent": "slipway-cli"},
        timeout=PATIENCE,
    ).raise_for_status()
    content = answer.json()
    rows = content.get("results") if isinstance(content, dict) else content
    return [str(row["name"]) for row in rows or () if isinstance(row, dict) and "name" in row]


def _kept() -> dict[str, tuple[list[str], float]]:
    """Answers by question, the oldest first; nothing of a file that is not as it was written."""
    try:
        content: Any = json.loads(file().read_text())
        return {
            question: ([str(name) for name in names], float(until))
            for question, (names, until) in content.items()
        }
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
