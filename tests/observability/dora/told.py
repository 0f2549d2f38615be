"""Deployments as a story tells them: hours after a Monday, who mended whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from observability.dora.figures import Figures, measure
from observability.dora.history import NOTHING, Commit, Deployment, Intervention, Known
from observability.dora.judging import Verdict, judge
from observability.dora.windows import Window

MONDAY = datetime(2026, 9, 7, tzinfo=UTC)
HOUR = 3600.0
QUARTER = Window(MONDAY, MONDAY + timedelta(days=84))


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def deployed(name: str, hours: float, **given: object) -> Deployment:
    """It was asked for a minute before it was live."""
    usual = {
        "component": "carrier-punctuality",
        "environment": "production",
        "kind": "deployment",
        "release": "1",
        "outcome": "succeeded",
        "is_planned": True,
        "started_at": at(hours - 1 / 60),
        "finished_at": at(hours),
        "live_at": at(hours),
    }
    return Deployment(id=name, **{**usual, **given})  # type: ignore[arg-type]


def commit(sha: str, hours: float | None) -> Commit:
    return Commit(sha, None if hours is None else at(hours))


def by(
    name: str, hours: float | None, kind: str = "reverses", *, off: bool = False
) -> Intervention:
    """What another deployment does to this one, and when it was live itself."""
    return Intervention(kind, name, None if hours is None else at(hours), off)


def verdicts(*deployments: Deployment, known: Known = NOTHING) -> dict[str, Verdict]:
    return {each.deployment.id: each for each in judge(deployments, known)}


def measured(*deployments: Deployment, window: Window = QUARTER, known: Known = NOTHING) -> Figures:
    return measure(judge(deployments, known), window, has_begun=bool(deployments))
