"""What files keep in the whole house, and which doors lead there.

ines   keeps carrier-punctuality in files of the team; she has begun to apply others
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from portal.accounts.models import User
from portal.manifests import operations, queries
from portal.manifests.models import Application, Kept
from portal.manifests.reading import File

SOURCE = "https://git.example/air/portal"
DOCUMENT = """\
apiVersion: slipway/v1
kind: Component
metadata: {name: carrier-punctuality, team: airline-data}
spec: {kind: transformation, tier: %s}
"""


def files(tier: int) -> list[File]:
    return [File("components.yaml", DOCUMENT % tier)]


def furnish(people: Mapping[str, User], *, now: datetime) -> None:
    """At the end: nothing of it changes what was built before."""
    ines = people["ines"]
    first = _begun(3, ines, now)
    operations.work(application=first, by=ines, now=lambda: now, goes_on=lambda: True)
    _begun(2, ines, now)


def _begun(tier: int, by: User, now: datetime) -> Application:
    asked: dict[str, Any] = {"files": files(tier), "source": SOURCE, "by": by, "now": now}
    return operations.begin(digest=queries.plan(**asked).digest, **asked)


def row(path: str) -> Any:
    """What a door is tried on: the application that is under way, or what is kept."""
    if path.startswith("/api/v1/manifests/"):
        return Kept.objects.earliest("id")
    is_of_them = path.startswith(("/api/v1/applications/", "/manifests/"))
    return Application.objects.filter(state="working").earliest("id") if is_of_them else None


ABOUT = {"kind": "Component", "name": "carrier-punctuality"}
SIGNED_IN = ("hannah", "jonas", "mira", "ines", "priya")
MAINTAINERS = ("ines", "priya")
LOOKING = """
/manifests/ /manifests/{number}/ /api/v1/manifests/ /api/v1/manifests/export/
/api/v1/applications/ /api/v1/applications/{pk}/ /api/v1/applications/{pk}/steps/
"""


def _asked(tier: int) -> dict[str, Any]:
    return {
        "source": SOURCE,
        "files": [{"path": one.path, "text": one.text} for one in files(tier)],
    }


def _agreed(whole: Any) -> dict[str, Any]:
    plan = queries.plan(
        files=files(1), source=SOURCE, by=User.objects.get(username="ines"), now=timezone.now()
    )
    return {**_asked(1), "digest": plan.digest}


TABLE: dict[str, Any] = {
    **{f"GET {path}": (SIGNED_IN, None) for path in LOOKING.split()},
    "GET /manifests/drift": (SIGNED_IN, lambda _: {"source": SOURCE}),
    "GET /api/v1/manifests/{pk}/": (SIGNED_IN, None),
    "GET /api/v1/manifests/schema/": (("", *SIGNED_IN), None),
    "POST /api/v1/manifests/plan/": (SIGNED_IN, lambda _: _asked(1)),
    "GET /manifests/let-go": (SIGNED_IN, lambda _: ABOUT),
    "POST /manifests/let-go": (MAINTAINERS, lambda _: ABOUT),
    "POST /api/v1/manifests/let-go/": (MAINTAINERS, lambda _: ABOUT),
    "POST /api/v1/applications/": (MAINTAINERS, _agreed),
    "POST /api/v1/applications/{pk}/work/": (("ines",), None),
}
UNREMARKED = {"POST /api/v1/manifests/plan/"}
# Doors that write, by what they leave; a refusal is left, too
KEPT = {
    "manifest.let_go": ["POST /manifests/let-go", "POST /api/v1/manifests/let-go/"],
    "manifest.apply": ["POST /api/v1/applications/"],
}
# What a step does is written down by its own operation
STEPS = {"POST /api/v1/applications/{pk}/work/"}
