"""Which doors of the API each command of `slipway` goes through.

Who may use a command is who gets through its doors: see TABLE of test_permissions.py. Where it is
typed against a running portal, each request is held to this (tests/demo/typed/), and each door that
stands here must have been asked.
"""

from __future__ import annotations

API = "/api/v1"


def _at(*doors: str) -> frozenset[str]:
    """ "GET runs/" is "GET /api/v1/runs/"."""
    return frozenset(door.replace(" ", f" {API}/", 1) for door in doors)


RELEASE = "GET releases/"
DEPLOYMENT = "GET deployments/{pk}/"
USE = "GET golden-path-runs/{pk}/"

DOORS: dict[str, frozenset[str]] = {
    # Who one is
    "login": _at("POST tokens/", "GET whoami/"),
    "logout": _at(),
    "whoami": _at("GET whoami/"),
    # Making a version, and trying it
    "register": _at("POST transformations/"),
    "preview": _at(
        *("POST previews/", "GET previews/{pk}/"),
        *("GET previews/{pk}/rows/", "GET previews/{pk}/check-rows/"),
    ),
    "run": _at("POST runs/", "GET runs/{pk}/", "GET runs/{pk}/check-rows/"),
    "cancel": _at("GET runs/", "POST runs/{pk}/cancel/"),
    # Changing what is live
    "deploy": _at(
        *(RELEASE, "GET components/{name}/", "GET components/{name}/live/"),
        *("POST deployments/plan/", "POST deployments/", DEPLOYMENT),
    ),
    "promote": _at(
        *("GET components/{name}/live/", RELEASE, "POST releases/{pk}/promote/", DEPLOYMENT)
    ),
    "rollback": _at("GET components/{name}/live/", "POST components/{name}/rollback/", DEPLOYMENT),
    # Deciding
    "approve": _at("POST deployments/{pk}/approve/", DEPLOYMENT),
    "refuse": _at("POST deployments/{pk}/refuse/"),
    "advance": _at("POST deployments/{pk}/advance/", DEPLOYMENT),
    "abort": _at("POST deployments/{pk}/abort/"),
    "reject": _at(RELEASE, "POST releases/{pk}/reject/"),
    "lift": _at(RELEASE, "POST releases/{pk}/lift/"),
    "hold": _at("POST components/{name}/hold/"),
    "resume": _at("POST components/{name}/resume/"),
    # Looking
    "status": _at("GET components/{name}/live/", "GET deployments/"),
    "logs": _at("GET logs/", "GET runs/", DEPLOYMENT),
    "dora": _at("GET dora/"),
    "open": _at("GET components/{name}/", "GET runs/", DEPLOYMENT),
    "health": _at("GET health/"),
    "map": _at("GET service-map/"),
    # The portal in files
    "export": _at("GET manifests/export/"),
    "plan": _at("POST manifests/plan/"),
    "apply": _at(
        *("POST manifests/plan/", "POST applications/", "POST applications/{pk}/work/"),
    ),
    # Who answers, and what keeps it
    "claim": _at("POST components/{name}/claim/"),
    "let-go": _at("POST components/{name}/let-go/"),
    "forget": _at("POST manifests/let-go/"),
    # The catalog from elsewhere
    "catalog validate": _at("POST catalog/validate/"),
    "catalog sync": _at(
        *("POST catalog-sources/{name}/sync/", "POST catalog-sources/{name}/send/"),
        *("GET catalog-sources/{name}/", "GET entity-findings/"),
    ),
    # Golden paths
    "path list": _at("GET golden-paths/"),
    "path plan": _at("POST golden-path-runs/"),
    "path start": _at("POST golden-path-runs/", USE),
    "path status": _at("GET golden-path-runs/", USE),
    "path retry": _at("POST golden-path-runs/{pk}/retry/", USE),
    "path cancel": _at("POST golden-path-runs/{pk}/cancel/"),
    "path undo": _at("POST golden-path-runs/{pk}/undo/", USE),
    "path publish": _at("POST golden-paths/"),
    # Proving
    "audit": _at("GET audit/"),
    "report": _at("GET deployments/report/"),
    "access-review": _at("GET access-review/"),
    # Queues
    "queue list": _at("GET queues/"),
    "queue pause": _at("POST queues/{name}/pause/"),
    "queue resume": _at("POST queues/{name}/resume/"),
}
