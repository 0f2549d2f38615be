"""Which page of the handbook a page of the portal leads to: by its URL name, or by its noun."""

from __future__ import annotations

PAGES = {
    "home": "first-steps/first-day",
    "component-list": "first-steps/find",
    "search": "first-steps/find",
    "component": "how-to/look-after",
    "component-releases": "how-to/register",
    "version": "how-to/register",
    "draft": "how-to/write-transformation",
    "plan": "how-to/deploy",
    "deployment": "how-to/deploy",
    "place-roll-back": "how-to/roll-back",
    "place": "how-to/deploy",
    "release": "how-to/roll-back",
    **dict.fromkeys(("run", "delivery"), "how-to/deliver-again"),
    "client": "how-to/see-clients",
    "worker": "how-to/find-what-waits",
    **dict.fromkeys(("queue", "bulk", "worker-drain"), "how-to/pause-work"),
    "right": "how-to/explain-rights",
    **dict.fromkeys(("people", "person", "team", "grant"), "how-to/keep-people"),
    **dict.fromkeys(("connection-give", "client-give", "destination-give"), "how-to/keep-people"),
    **dict.fromkeys(
        ("client-new", "client-edit", "client-remove", "destination", "connection-new"),
        "how-to/name-clients",
    ),
    **dict.fromkeys(("environment-new", "environment-edit"), "how-to/keep-the-platform"),
    **dict.fromkeys(("binding", "setting", "objective"), "how-to/keep-the-platform"),
    **dict.fromkeys(("audit-seal", "audit-list"), "how-to/search-the-audit"),
    "deployment-report": "how-to/prove-changes",
    "people-access": "how-to/review-access",
    **dict.fromkeys(
        ("deployment-matrix", "version-compare", "component-graph", "component-dependencies"),
        "how-to/see-versions",
    ),
    "connection": "how-to/register",
    "environment": "how-to/deploy",
    "golden-path-publish": "how-to/write-golden-paths",
    "golden-path-edit": "how-to/write-golden-paths",
    "golden": "how-to/golden-paths",
    "token": "reference/roles",
    "account": "reference/roles",
    **dict.fromkeys(("session", "factor"), "how-to/sign-in"),
    "audit": "reference/roles",
    "change-comparison": "how-to/compare-releases",
    **dict.fromkeys(("change", "event"), "how-to/connect-deployments"),
    "history": "how-to/import-history",
    **dict.fromkeys(("log", "component-logs"), "how-to/search-logs"),
    **dict.fromkeys(("component-claim", "component-let-go"), "how-to/claim-a-service"),
    **dict.fromkeys(("component-declare", "component-undeclare"), "how-to/read-service-map"),
    "component-health": "how-to/see-health",
    "bottleneck": "how-to/find-what-is-slow",
    **dict.fromkeys(("service-map", "component-map"), "how-to/read-service-map"),
    "dora": "how-to/read-dora",
    "trace": "how-to/follow-a-trace",
    "sender": "how-to/claim-a-service",
    "entity": "how-to/describe-in-files",
    "catalog": "how-to/describe-in-files",
    "manifest": "how-to/keep-in-files",
    "api": "how-to/register",
}


def page_for(name: str) -> str:
    """The handbook's page for a URL name such as "component-health"; "" where there is none."""
    return PAGES.get(name) or PAGES.get(name.partition("-")[0], "")
