"""What the platform team does in the whole house, and which doors lead there.

figures   is paused
a bulk action   waits: to run again what was cancelled
vm:8      was told to drain; vm:7 works
who has access   was reviewed once
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from pipelines.bulk import operations as bulk
from pipelines.bulk import selecting
from pipelines.bulk.models import BulkAction
from portal.accounts.models import User
from portal.people import operations as reviews
from portal.people import queries
from portal.workers import operations as workers
from portal.workers.models import Heartbeat

PAUSED, FLOWING = "figures", "runs"
DRAINED, WORKING = "vm:8", "vm:7"


def furnish(people: Mapping[str, User], *, now: datetime) -> None:
    priya = people["priya"]
    workers.pause(queue=PAUSED, reason="The disk is full.", by=priya, now=now)
    for name in (WORKING, DRAINED):
        workers.beat(name=name, process="runs", queues=["runs"], slots=2, started_at=now, now=now)
    drained = Heartbeat.objects.get(name=DRAINED)
    workers.drain(worker=drained, reason="A new disk.", by=priya, now=now)
    bulk.start(**seen("run.again"), by=priya, now=now)
    reviews.sign_off(digest=queries.reviewed(now=now).digest, by=priya, now=now)


def seen(verb: str) -> dict[str, Any]:
    """What the page of a new bulk action sends, as it would be now."""
    selection = {"component": "carrier-punctuality"}
    digest = selecting.plan(verb=verb, selection=selection).digest
    return {"verb": verb, "selection": selection, "digest": digest, "reason": "Was down."}


def _posted(_: Any) -> dict[str, Any]:
    given = seen("run.cancel")
    return {**given.pop("selection"), **given}


def _reviewed(_: Any) -> dict[str, Any]:
    return {"digest": queries.reviewed(now=timezone.now()).digest, "note": "All still should."}


def row(noun: str, verb: str) -> Any:
    """The row that a door of this noun is tried on."""
    if noun == "workers":
        return Heartbeat.objects.get(name=DRAINED if verb == "take-again" else WORKING)
    if noun == "bulk-actions":
        return BulkAction.objects.first()
    return None


def address(path: str) -> dict[str, str]:
    """The queue that can be resumed, or one that can be paused."""
    verb = path.rstrip("/").rpartition("/")[2]
    queue = PAUSED if verb == "resume" else FLOWING
    if path.startswith("/api/v1/queues/"):
        return {"name": queue}
    return {"queue": queue}


def _says(**body: Any) -> Any:
    return lambda _: body


SIGNED_IN = ("hannah", "jonas", "mira", "ines", "priya")
PLATFORM = ("priya",)
WHY = _says(reason="The warehouse is full.")
YES = _says(yes="yes")
LOOKING = """
/queues/{queue}/pause /queues/{queue}/resume /workers/{pk}/drain /workers/{pk}/take-again
/api/v1/queues/ /api/v1/queues/{name}/ /api/v1/workers/ /api/v1/workers/{pk}/
/bulk-actions/ /bulk-actions/{pk}/ /bulk-actions/{pk}/stop /api/v1/bulk-actions/
/api/v1/bulk-actions/{pk}/ /api/v1/bulk-actions/{pk}/items/ /rights/ /audit/seal /bindings/
/api/v1/audit/seal/ /api/v1/audit/{pk}/ /api/v1/catalog/graph/ /api/v1/deployments/matrix/
/deployments/report /deployments/report/file /api/v1/deployments/report/
/api/v1/clients/{name}/contracts/ /api/v1/clients/{name}/ahead/ /api/v1/manifests/sources/
"""
TABLE: dict[str, Any] = {
    **{f"GET {path}": (SIGNED_IN, None) for path in LOOKING.split()},
    "GET /api/v1/rights/": (SIGNED_IN, _says(kind="portal", user="mira")),
    "GET /api/v1/rights/who/": (SIGNED_IN, _says(kind="portal", verb="queue.pause")),
    "POST /audit/export": (PLATFORM, _says(format="csv", component="carrier-punctuality")),
    "POST /api/v1/audit/export/": (PLATFORM, _says(format="jsonl")),
    "POST /bindings/{pk}/test": (("mira", "ines", "priya"), None),
    "GET /environments/{name}/rule": (PLATFORM, None),
    "POST /environments/{name}/rule": (PLATFORM, _says(approvals="2", reason="x")),
    "POST /api/v1/environments/{name}/approvals/": (PLATFORM, _says(approvals=2, reason="x")),
    "POST /golden-paths/validate": (PLATFORM, _says(definition="kind: GoldenPath")),
    "GET /settings/": (PLATFORM, None),
    "GET /api/v1/settings/": (PLATFORM, None),
    "GET /api/v1/manifests/drift/": (SIGNED_IN, _says(source="https://git.example/air/portal")),
    "GET /people/": (PLATFORM, None),
    "GET /people/access": (PLATFORM, None),
    "GET /api/v1/access-review/": (PLATFORM, None),
    "GET /people/reviews": (PLATFORM, None),
    "GET /people/reviews/sign": (PLATFORM, None),
    "POST /people/reviews/sign": (PLATFORM, _reviewed),
    "GET /api/v1/access-reviews/": (PLATFORM, None),
    "POST /api/v1/access-reviews/": (PLATFORM, _reviewed),
    "GET /objectives/": (PLATFORM, None),
    "GET /api/v1/objectives/": (PLATFORM, None),
    "GET /bulk-actions/new": (PLATFORM, None),
    "POST /bulk-actions/new": (PLATFORM, _posted),
    "POST /bulk-actions/{pk}/stop": (PLATFORM, YES),
    "POST /api/v1/bulk-actions/": (PLATFORM, lambda _: seen("run.cancel")),
    "POST /api/v1/bulk-actions/plan/": (PLATFORM, _says(verb="run.cancel")),
    "POST /api/v1/bulk-actions/{pk}/stop/": (PLATFORM, None),
    "POST /api/v1/deliveries/{pk}/cancel/": (("mira", "ines", "priya"), WHY),
    "POST /queues/{queue}/pause": (PLATFORM, WHY),
    "POST /queues/{queue}/resume": (PLATFORM, YES),
    "POST /workers/{pk}/drain": (PLATFORM, WHY),
    "POST /workers/{pk}/take-again": (PLATFORM, YES),
    "POST /api/v1/queues/{name}/pause/": (PLATFORM, WHY),
    "POST /api/v1/queues/{name}/resume/": (PLATFORM, None),
    "POST /api/v1/workers/{pk}/drain/": (PLATFORM, WHY),
    "POST /api/v1/workers/{pk}/take-again/": (PLATFORM, None),
}
LEAVES = {
    "audit.export": ["POST /audit/export", "POST /api/v1/audit/export/"],
    "access.sign_off": ["POST /people/reviews/sign", "POST /api/v1/access-reviews/"],
}
# Doors that write, by what they leave; refusals too
KEPT = {
    "environment.change": [
        "POST /environments/{name}/rule",
        "POST /api/v1/environments/{name}/approvals/",
    ],
    "bulk.start": ["POST /bulk-actions/new", "POST /api/v1/bulk-actions/"],
    "bulk.stop": ["POST /bulk-actions/{pk}/stop", "POST /api/v1/bulk-actions/{pk}/stop/"],
    "queue.pause": ["POST /queues/{queue}/pause", "POST /api/v1/queues/{name}/pause/"],
    "queue.resume": ["POST /queues/{queue}/resume", "POST /api/v1/queues/{name}/resume/"],
    "worker.drain": ["POST /workers/{pk}/drain", "POST /api/v1/workers/{pk}/drain/"],
    "worker.take_again": [
        "POST /workers/{pk}/take-again",
        "POST /api/v1/workers/{pk}/take-again/",
    ],
}
MANAGING = """
POST /api/v1/queues/{name}/pause/ POST /api/v1/queues/{name}/resume/
POST /api/v1/workers/{pk}/drain/ POST /api/v1/workers/{pk}/take-again/
POST /api/v1/bulk-actions/ POST /api/v1/bulk-actions/{pk}/stop/ POST /api/v1/audit/export/
POST /api/v1/environments/{name}/approvals/ POST /api/v1/access-reviews/
"""
ASKING = """
POST /api/v1/bulk-actions/plan/
"""
WRITING = """
POST /api/v1/deliveries/{pk}/cancel/
"""
# Past the permission refused for what the house is like: what was delivered is not cancelled
OTHERWISE_REFUSED = {"POST /api/v1/deliveries/{pk}/cancel/"}
UNREMARKED = {
    "POST /golden-paths/validate",
    "POST /api/v1/bulk-actions/plan/",
    "POST /api/v1/deliveries/{pk}/cancel/",
}
# How many queries each page makes
COUNTS = {
    "/bulk-actions/": 4,
    "/bulk-actions/new": 7,
    "/bulk-actions/{pk}/": 5,
    "/bulk-actions/{pk}/stop": 4,
    "/api/v1/bulk-actions/": 3,
    "/api/v1/bulk-actions/{pk}/": 3,
    "/api/v1/bulk-actions/{pk}/items/": 4,
    "/rights/": 5,
    "/environments/{name}/rule": 6,
    "/settings/": 3,
    "/people/": 7,
    "/people/access": 2,
    "/people/reviews": 11,
    "/people/reviews/sign": 9,
    "/api/v1/access-reviews/": 3,
    "/api/v1/access-review/": 2,
    "/objectives/": 30,
    "/api/v1/objectives/": 22,
    "/audit/seal": 6,
    "/deployments/report": 10,
    "/deployments/report/file": 3,
    "/api/v1/deployments/report/": 3,
    "/bindings/": 8,
    "/queues/{queue}/pause": 46,
    "/queues/{queue}/resume": 46,
    "/workers/{pk}/drain": 4,
    "/workers/{pk}/take-again": 4,
    "/api/v1/audit/seal/": 5,
    "/api/v1/audit/{pk}/": 4,
    "/api/v1/catalog/graph/": 24,
    "/api/v1/clients/{name}/ahead/": 21,
    "/api/v1/clients/{name}/contracts/": 18,
    "/api/v1/deployments/matrix/": 9,
    "/api/v1/manifests/sources/": 4,
    "/api/v1/settings/": 2,
    "/api/v1/queues/": 45,
    "/api/v1/queues/{name}/": 45,
    "/api/v1/workers/": 4,
    "/api/v1/workers/{pk}/": 4,
}
READERS = dict.fromkeys(
    (
        "/environments/{name}/rule",
        "/bulk-actions/new",
        "/settings/",
        "/api/v1/settings/",
        "/people/",
        "/people/access",
        "/people/reviews",
        "/people/reviews/sign",
        "/api/v1/access-reviews/",
        "/api/v1/access-review/",
        "/objectives/",
        "/api/v1/objectives/",
    ),
    "priya",
)
MORE = {
    "/bindings/?kind=destination&problem=same": 6,
    "/rights/?kind=component&name=carrier-punctuality&person=mira": 8,
    "/api/v1/rights/?kind=component&name=carrier-punctuality&user=mira": 6,
    "/api/v1/rights/who/?kind=component&name=carrier-punctuality&verb=run.start": 5,
    "/api/v1/manifests/drift/?source=https://git.example/air/portal": 4,
    "/bulk-actions/?state=queued&by=priya": 5,
    "/bulk-actions/new?verb=run.again&component=carrier-punctuality": 9,
}
LEFT_OUT = {
    **dict.fromkeys(("/api/v1/rights/", "/api/v1/rights/who/"), "needs a thing: see MORE"),
    "/api/v1/manifests/drift/": "needs a source: see MORE",
}
# What a page is opened on with a dialog: page, who looks, what is opened there
DIALOGS = (
    (
        "/workers/",
        "priya",
        (
            *("portal:queue-pause", "portal:queue-resume"),
            *("portal:worker-drain", "portal:worker-take-again"),
        ),
    ),
    ("/people/reviews", "priya", ("portal:people-sign-off",)),
    ("/bulk-actions/{pk}/", "priya", ("pipelines:bulk-action-stop",)),
)
# Other states of pages
PAGES = (
    "/rights/?kind=connection&name=nyc-files&person=mira&verb=rows",
    "/rights/?kind=deployment&name=carrier-punctuality",
    "/bindings/?kind=destination",
)
