"""Doors behind which something runs, is delivered, goes live or is taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.pipelines.factories import SQL, file

SIGNED_IN = ("hannah", "jonas", "mira", "ines", "priya")
DEVELOPERS = ("mira", "ines", "priya")
MAINTAINERS = ("ines", "priya")


def says(**body: Any) -> Any:
    return lambda _: body


WHY = says(reason="Seen in the figures.")
YES = says(yes="yes")
STAGING = {"environment": "staging"}
PREVIEW = {"environment": "preview"}
PRODUCTION = {"environment": "production"}
LAST_WEEK = {
    "transformation": "carrier-punctuality",
    "start_at": "2026-11-01T00:00:00Z",
    "end_at": "2026-11-07T00:00:00Z",
    **PREVIEW,
}

TABLE: Mapping[str, tuple[tuple[str, ...], Any]] = {
    # Transformations, runs, deliveries
    "POST /api/v1/transformations/": (DEVELOPERS, lambda _: file(SQL + " LIMIT 9")),
    "POST /api/v1/runs/": (DEVELOPERS, says(transformation="carrier-punctuality", **STAGING)),
    "POST /api/v1/runs/{pk}/again/": (DEVELOPERS, WHY),
    "POST /api/v1/runs/{pk}/cancel/": (DEVELOPERS, None),
    "POST /api/v1/runs/{pk}/accept/": (DEVELOPERS, WHY),
    "POST /api/v1/runs/{pk}/unaccept/": (DEVELOPERS, None),
    "POST /runs/{number}/accept": (DEVELOPERS, WHY),
    "POST /runs/{number}/unaccept": (DEVELOPERS, YES),
    "POST /api/v1/schedules/{pk}/hold/": (DEVELOPERS, WHY),
    "POST /api/v1/schedules/{pk}/resume/": (DEVELOPERS, None),
    "POST /api/v1/backfills/": (DEVELOPERS, says(**LAST_WEEK, reason="It was wrong.")),
    "POST /api/v1/backfills/plan/": (SIGNED_IN, says(**LAST_WEEK)),
    "POST /api/v1/backfills/{pk}/pause/": (DEVELOPERS, None),
    "POST /api/v1/backfills/{pk}/resume/": (DEVELOPERS, None),
    "POST /api/v1/backfills/{pk}/cancel/": (DEVELOPERS, None),
    "POST /components/{name}/backfill": (
        DEVELOPERS,
        says(environment="preview", start="2026-11-01T00:00", end="2026-11-03T00:00", reason="x"),
    ),
    "POST /backfills/{number}/pause": (DEVELOPERS, YES),
    "POST /backfills/{number}/resume": (DEVELOPERS, YES),
    "POST /backfills/{number}/cancel": (DEVELOPERS, YES),
    "POST /api/v1/deliveries/{pk}/again/": (DEVELOPERS, WHY),
    "GET /components/{name}/run": (SIGNED_IN, says(**STAGING)),
    "POST /components/{name}/run": (DEVELOPERS, says(month="1", **STAGING)),
    "POST /runs/{number}/again": (DEVELOPERS, says(with_version="live", reason="Once more.")),
    "POST /runs/{number}/cancel": (DEVELOPERS, YES),
    "POST /deliveries/{number}/again": (DEVELOPERS, WHY),
    # Deployments
    "POST /api/v1/deployments/": (
        DEVELOPERS,
        says(component="carrier-punctuality", release="1", **PREVIEW),
    ),
    "POST /api/v1/deployments/plan/": (
        SIGNED_IN,
        says(component="carrier-punctuality", release="1", **PREVIEW),
    ),
    "POST /api/v1/deployments/{pk}/abort/": (DEVELOPERS, None),
    "POST /api/v1/deployments/{pk}/advance/": (DEVELOPERS, None),
    "POST /api/v1/deployments/{pk}/approve/": (MAINTAINERS, None),
    "POST /api/v1/deployments/{pk}/refuse/": (MAINTAINERS, says(note="Not on a Friday.")),
    "POST /api/v1/releases/{pk}/promote/": (DEVELOPERS, says(to="preview")),
    "POST /api/v1/releases/{pk}/reject/": (MAINTAINERS, WHY),
    "POST /api/v1/releases/{pk}/lift/": (MAINTAINERS, WHY),
    "POST /api/v1/configurations/": (
        DEVELOPERS,
        says(component="carrier-punctuality", values={"parameters": {"month": 2}}, **STAGING),
    ),
    "GET /api/v1/components/{name}/rollback/": (SIGNED_IN, says(**STAGING)),
    "POST /api/v1/components/{name}/rollback/": (
        DEVELOPERS,
        says(reason="Wrong.", release=1, **STAGING),
    ),
    "POST /api/v1/components/{name}/hold/": (DEVELOPERS, says(reason="Wait.", **STAGING)),
    "POST /api/v1/components/{name}/resume/": (DEVELOPERS, says(**PRODUCTION)),
    "POST /components/{name}/plan": (DEVELOPERS, lambda whole: whole.plan_seen()),
    "POST /components/{name}/in/{environment}/pause": (DEVELOPERS, WHY),
    "POST /components/{name}/in/{environment}/resume": (DEVELOPERS, YES),
    "POST /components/{name}/in/{environment}/configure": (
        DEVELOPERS,
        says(values="limits:\n  seconds: 60", reason="Slow in staging."),
    ),
    "POST /components/{name}/in/{environment}/roll-back": (
        DEVELOPERS,
        says(release="v1 with c1", reason="Wrong."),
    ),
    "POST /components/{name}/versions/{number}/reject": (MAINTAINERS, WHY),
    "POST /components/{name}/versions/{number}/lift": (MAINTAINERS, WHY),
    "POST /deployments/{number}/abort": (DEVELOPERS, says(reason="Not now.")),
    "POST /deployments/{number}/advance": (DEVELOPERS, YES),
    "POST /deployments/{number}/approve": (MAINTAINERS, says(note="Read it.")),
    "POST /deployments/{number}/refuse": (MAINTAINERS, says(note="Not on a Friday.")),
}
