"""Golden paths of the whole house, and which doors lead there.

deprecate-component   the path; maintainers start it
a draft               ines fills it in
under way             ines has started it; no worker has looked at it yet
stopped               its first step was refused
done                  old-api has an end
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import yaml
from django.utils import timezone

from portal.accounts.models import Team, User
from portal.catalog import operations as catalog
from portal.golden_paths import operations, shipped
from portal.golden_paths.models import PathRun
from portal.golden_paths.operations import claims

PATH = "deprecate-component"
SUNSET = "2030-01-31"


def furnish(ines: User, team: Team, *, now: datetime) -> None:
    for file in shipped.files():
        operations.publish(definition=file, by=None, now=now)
    catalog.register(name="old-api", team=team, kind="api", by=ines, now=now)
    done = _started("old-api", ines, now, key="done")
    operations.work(path_run_id=done.pk, worker="test", now=timezone.now())
    stopped = _started("carrier-punctuality", ines, now, key="stopped")
    claim = claims.claim(stopped.pk, "test", timezone.now())
    assert claim is not None
    claims.fail(claim, "It is in use.", is_permanent=True, now=now)
    _started("carrier-punctuality", ines, now, key="under way")
    operations.start(path=PATH, answers=_answers("carrier-punctuality"), by=ines, now=now)


def _started(component: str, by: User, now: datetime, *, key: str) -> PathRun:
    return operations.start(
        path=PATH,
        answers=_answers(component),
        by=by,
        now=now,
        is_dry_run=False,
        request_key=key,
    )


def _answers(component: str) -> dict[str, str]:
    return {"component": component, "sunset_on": SUNSET}


STANDS = {"cancel": "under way", "retry": "stopped", "undo": "done"}
IN_DRAFT = {"discard", "review", "start", "{page}"}


def address(path: str) -> dict[str, Any]:
    """The parts of an address below the golden paths."""
    if not path.startswith(("/golden-paths/", "/api/v1/golden-path")):
        return {}
    verb = path.rstrip("/").rpartition("/")[2]
    rows = PathRun.objects.filter(started_by__username="ines")
    is_draft = verb in IN_DRAFT
    row = rows.get(state="draft") if is_draft else rows.get(request_key=STANDS.get(verb, "done"))
    number = 1 if "/versions/" in path else row.number
    step = {"page": 1, "step": "deprecate", "kind": "team"}
    return {"name": PATH, "number": number, "pk": row.pk, **step}


# Doors through which everyone who is signed in looks
LOOKING = """
/golden-paths/ /golden-paths/panel /golden-paths/options/{kind} /golden-paths/{name}/
/golden-paths/{name}/start /golden-paths/{name}/offer /golden-paths/{name}/versions/{number}/
/golden-paths/runs/ /golden-paths/runs/{number}/ /golden-paths/runs/{number}/changes
/golden-paths/runs/{number}/cancel /golden-paths/runs/{number}/undo
/golden-paths/runs/{number}/steps/{step}/retry
/api/v1/golden-paths/ /api/v1/golden-paths/{name}/
/api/v1/golden-path-runs/ /api/v1/golden-path-runs/{pk}/
"""
SIGNED_IN = ("hannah", "jonas", "mira", "ines", "priya")
HERS = ("ines",)
HERS_OR_PLATFORM = ("ines", "priya")
PLATFORM = ("priya",)


def _says(**body: Any) -> Any:
    return lambda _: body


FILE = shipped.files()[0].replace("owner: platform", "owner: the platform team")
OTHER = FILE.replace(f"name: {PATH}", "name: another")
ANSWERS = _answers("carrier-punctuality")
RUN = "/golden-paths/runs/{number}"
API = "/api/v1/golden-path-runs"
TABLE: dict[str, Any] = {
    **{f"GET {path}": (SIGNED_IN, None) for path in LOOKING.split()},
    "GET /golden-paths/new": (PLATFORM, None),
    "GET /golden-paths/{name}/edit": (PLATFORM, None),
    f"GET {RUN}/pages/{{page}}": (HERS, None),
    f"GET {RUN}/review": (HERS, None),
    "POST /golden-paths/new": (PLATFORM, _says(definition=OTHER)),
    "POST /golden-paths/{name}/edit": (PLATFORM, _says(definition=FILE)),
    "POST /golden-paths/{name}/offer": (PLATFORM, _says(reason="It is wrong.")),
    "POST /golden-paths/{name}/start": (HERS_OR_PLATFORM, _says(**ANSWERS)),
    "POST /golden-paths/{name}/pages/{page}/check": (
        ("hannah", *HERS_OR_PLATFORM),
        _says(**ANSWERS),
    ),
    f"POST {RUN}/pages/{{page}}": (HERS, _says(**ANSWERS)),
    f"POST {RUN}/review": (HERS, _says(go="yes")),
    f"POST {RUN}/discard": (HERS, None),
    f"POST {RUN}/cancel": (HERS_OR_PLATFORM, _says(reason="Not now.")),
    f"POST {RUN}/undo": (HERS_OR_PLATFORM, _says(reason="It stays.")),
    f"POST {RUN}/steps/{{step}}/retry": (HERS_OR_PLATFORM, _says(go="yes")),
    "POST /api/v1/golden-paths/": (PLATFORM, lambda _: dict(yaml.safe_load(OTHER))),
    "POST /api/v1/golden-paths/plan/": (
        SIGNED_IN,
        lambda _: {"definition": OTHER, "answers": ANSWERS},
    ),
    "POST /api/v1/golden-paths/{name}/offer/": (PLATFORM, _says(is_offered=False)),
    f"POST {API}/": (("hannah", *HERS_OR_PLATFORM), _says(path=PATH, answers=ANSWERS)),
    f"POST {API}/{{pk}}/start/": (HERS, _says()),
    f"POST {API}/{{pk}}/retry/": (HERS_OR_PLATFORM, None),
    f"POST {API}/{{pk}}/cancel/": (HERS_OR_PLATFORM, None),
    f"POST {API}/{{pk}}/undo/": (HERS_OR_PLATFORM, _says(reason="It stays.")),
}
# Who looks at pages that are not everyone's, and what is a part of a page
READERS = {
    "/golden-paths/new": "priya",
    "/golden-paths/{name}/edit": "priya",
    "/golden-paths/{name}/start": "ines",
    "/golden-paths/runs/{number}/pages/{page}": "ines",
    "/golden-paths/runs/{number}/review": "ines",
}
NO_PAGES = ("/golden-paths/panel", "/golden-paths/options/")
# Answers that one keeps for oneself change nothing for anyone else.
UNREMARKED = {f"POST {RUN}/pages/{{page}}", "POST /api/v1/golden-paths/plan/"}
KEPT = {
    "golden_path.publish": [
        "POST /golden-paths/new",
        "POST /golden-paths/{name}/edit",
        "POST /api/v1/golden-paths/",
    ],
    "golden_path.offer": [
        "POST /golden-paths/{name}/offer",
        "POST /api/v1/golden-paths/{name}/offer/",
    ],
    "golden_path.retry": [f"POST {RUN}/steps/{{step}}/retry", f"POST {API}/{{pk}}/retry/"],
    "golden_path.cancel": [f"POST {RUN}/cancel", f"POST {API}/{{pk}}/cancel/"],
    "golden_path.undo": [f"POST {RUN}/undo", f"POST {API}/{{pk}}/undo/"],
}
LEAVES = {
    "golden_path.draft": [
        "POST /golden-paths/{name}/start",
        "POST /golden-paths/{name}/pages/{page}/check",
        f"POST {API}/",
    ],
    "golden_path.discard": [f"POST {RUN}/discard"],
    "golden_path.start": [f"POST {RUN}/review", f"POST {API}/{{pk}}/start/"],
}
