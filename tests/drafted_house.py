"""Drafts of the whole house, and which doors lead there.

carrier-punctuality   mira changes v2 of it, and v3 came meanwhile: an input that was looked at, a
                      preview with rows
discarded             was discarded
waiting               waits for its preview
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from pipelines.drafts import operations
from pipelines.drafts.models import Draft
from pipelines.previews import work
from pipelines.previews.models import Preview
from pipelines.transformations.models import Version
from portal.files.writing import written
from tests.pipelines.factories import House, file


def _file(name: str) -> str:
    content = file()
    content["metadata"] = {**content["metadata"], "name": name, "title": name.title()}
    content["spec"]["defaults"] = {"schedule": {"cron": "0 6 * * *", "timezone": "Europe/Berlin"}}
    return written(content)


def furnish(house: House, *, now: datetime) -> None:
    given: dict[str, Any] = {"team": house.team, "by": house.developer, "now": now}
    discarded = operations.begin(text=_file("discarded"), **given)
    operations.discard(draft=discarded, by=house.developer, now=now)
    waiting = operations.begin(text=_file("waiting"), **given)
    operations.preview(draft=waiting, parameters={}, by=house.developer, now=timezone.now())
    base = Version.objects.get(number=2)
    draft = operations.begin(text=_file("carrier-punctuality"), base=base, **given)
    for look in operations.look(draft=draft, who=house.developer, now=timezone.now()):
        work.look(look_id=str(look.pk), clock=timezone.now)
    found = operations.preview(draft=draft, parameters={}, by=house.developer, now=timezone.now())
    work.rehearse(preview_id=str(found.pk), clock=timezone.now)
    operations.save(
        draft=draft,
        text=draft.text.replace("title: Carrier-Punctuality", "title: Busy carriers"),
        seen=1,
        by=house.developer,
        now=now,
    )


def row(noun: str, verb: str) -> Any:
    """The row that a door of this noun is tried on."""
    if noun == "drafts":
        name = {"bring-back": "discarded", "cancel": "waiting"}.get(verb, "carrier-punctuality")
        return Draft.objects.get(name=name)
    if noun == "previews":
        name = "waiting" if verb == "cancel" else "carrier-punctuality"
        return Preview.objects.get(draft__name=name)
    return None


# Doors through which everyone who is signed in looks
LOOKING = """
/drafts/ /drafts/new /drafts/mine /drafts/{number}/ /drafts/{number}/file
/drafts/{number}/history /drafts/{number}/panels/preview /drafts/{number}/review
/drafts/{number}/discard
/api/v1/drafts/ /api/v1/drafts/{pk}/ /api/v1/previews/ /api/v1/previews/{pk}/
"""
SIGNED_IN = ("hannah", "jonas", "mira", "ines", "priya")
TEAM = ("jonas", "mira", "ines")
DEVELOPERS = ("mira", "ines", "priya")


def _says(**body: Any) -> Any:
    return lambda _: body


SQL = _says(edit="sql", sql="SELECT 1 AS one", seen="2")
MORE = _file("carrier-punctuality") + "# more\n"
TABLE: dict[str, Any] = {
    **{f"GET {path}": (SIGNED_IN, None) for path in LOOKING.split()},
    "GET /drafts/{number}/rows": (TEAM, _says(input="flights")),
    "GET /api/v1/previews/{pk}/rows/": (TEAM, None),
    "GET /api/v1/previews/{pk}/check-rows/": (TEAM, None),
    "GET /api/v1/previews/{pk}/lineage/": (SIGNED_IN, None),
    "POST /drafts/new": (DEVELOPERS, _says(title="New", team="airline-data")),
    "POST /drafts/{number}/edit": (DEVELOPERS, SQL),
    "POST /drafts/{number}/file": (DEVELOPERS, _says(file=MORE, seen="2")),
    "POST /drafts/{number}/back": (DEVELOPERS, _says(to="1", seen="2")),
    "POST /drafts/{number}/place": (DEVELOPERS, _says(environment="preview")),
    "POST /drafts/{number}/look": (DEVELOPERS, None),
    "POST /drafts/{number}/browse": (DEVELOPERS, _says(connection="nyc-files")),
    "POST /drafts/{number}/validate": (SIGNED_IN, _says(sql="SELECT")),
    "POST /drafts/{number}/panels/preview": (
        DEVELOPERS,
        lambda _: {"parameters.month": "2"},
    ),
    "POST /drafts/{number}/panels/preview/cancel": (DEVELOPERS, None),
    "POST /drafts/{number}/here": (SIGNED_IN, _says(seen="2")),
    "POST /drafts/{number}/leave": (SIGNED_IN, None),
    "POST /drafts/{number}/review": (DEVELOPERS, _says(seen="2", only="1")),
    "POST /drafts/{number}/discard": (DEVELOPERS, _says(yes="yes")),
    "POST /drafts/{number}/bring-back": (DEVELOPERS, None),
    "POST /api/v1/drafts/": (DEVELOPERS, _says(title="New", team="airline-data")),
    "PUT /api/v1/drafts/{pk}/": (DEVELOPERS, _says(file=MORE, revision=2)),
    "POST /api/v1/drafts/{pk}/discard/": (DEVELOPERS, None),
    "POST /api/v1/drafts/{pk}/bring-back/": (DEVELOPERS, None),
    "POST /api/v1/drafts/{pk}/register/": (DEVELOPERS, None),
    "POST /api/v1/drafts/validate/": (SIGNED_IN, _says(file=MORE)),
    "POST /api/v1/previews/": (DEVELOPERS, _says(file=MORE)),
    "POST /api/v1/previews/{pk}/cancel/": (DEVELOPERS, None),
}
# Looking while one writes, and being there, change nothing for anyone else.
UNREMARKED = {
    "POST /drafts/{number}/look",
    "POST /drafts/{number}/browse",
    "POST /drafts/{number}/validate",
    "POST /drafts/{number}/here",
    "POST /drafts/{number}/leave",
    "POST /api/v1/drafts/validate/",
}
REGISTERS = ["POST /drafts/{number}/review", "POST /api/v1/drafts/{pk}/register/"]
LEAVES = {
    "draft.begin": ["POST /drafts/new", "POST /api/v1/drafts/"],
    "draft.change": [
        "POST /drafts/{number}/edit",
        "POST /drafts/{number}/file",
        "POST /drafts/{number}/back",
        "POST /drafts/{number}/place",
        "PUT /api/v1/drafts/{pk}/",
    ],
    "draft.discard": ["POST /drafts/{number}/discard", "POST /api/v1/drafts/{pk}/discard/"],
    "draft.bring_back": [
        "POST /drafts/{number}/bring-back",
        "POST /api/v1/drafts/{pk}/bring-back/",
    ],
    "preview.start": ["POST /drafts/{number}/panels/preview", "POST /api/v1/previews/"],
    "preview.cancel": [
        "POST /drafts/{number}/panels/preview/cancel",
        "POST /api/v1/previews/{pk}/cancel/",
    ],
}
