"""Who tells of changes from outside and of the past in the whole house, and the doors to them.

acme-github    a source of airline-data; one event fits, one waits for a meaning, a name has one
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from observability.events import operations
from observability.events.kinds.base import Envelope
from observability.events.models import Meaning, OutsideEvent
from observability.history import operations as history
from observability.history.models import HistoryImport
from portal.accounts.models import Team, User
from portal.catalog.models import Component

NAME = "acme-github"


def furnish(people: Mapping[str, User], team: Team, *, now: datetime) -> None:
    ines = people["ines"]
    source, _ = operations.create(name=NAME, kind="github", team=team, by=ines, now=now)
    operations.mean(
        source=source,
        what="component",
        outside="acme/punctuality",
        inside="carrier-punctuality",
        by=ines,
        now=now,
    )
    told = [("acme/punctuality", "production"), ("acme/elsewhere", "moon")]
    envelopes = [
        Envelope(f"delivery-{number}", "deployment", _body(number, *names, now))
        for number, names in enumerate(told)
    ]
    operations.receive(source=source, envelopes=envelopes, now=now)
    history.ask(
        component=Component.objects.get(name="carrier-punctuality"),
        environment="production",
        repository="https://git.example.com/acme/punctuality.git",
        how="tags",
        by=ines,
        now=now,
    )


def _body(number: int, repository: str, environment: str, now: datetime) -> dict[str, Any]:
    deployment = {
        "id": number,
        "sha": "0" * 40,
        "environment": environment,
        "created_at": now.isoformat(),
    }
    return {"deployment": deployment, "repository": {"full_name": repository}}


def row(noun: str) -> Any:
    """The row that a door of this noun is tried on."""
    rows: dict[str, Any] = {
        "events": OutsideEvent.objects.all(),
        "meanings": Meaning.objects.all(),
        "history-imports": HistoryImport.objects.all(),
    }
    return rows[noun].first() if noun in rows else None


def more() -> dict[str, str]:
    """Further parts of addresses."""
    return {"meaning": str(Meaning.objects.values_list("pk", flat=True).first() or "")}


def _says(**body: Any) -> Any:
    return lambda _: body


SIGNED_IN = ("hannah", "jonas", "mira", "ines", "priya")
DEVELOPERS = ("mira", "ines", "priya")
MAINTAINERS = ("ines", "priya")
LOOKING = """
/event-sources/ /event-sources/new /event-sources/{name}/ /event-sources/{name}/rotate
/event-sources/{name}/switch /event-sources/{name}/mean /event-sources/events/{pk}/
/api/v1/event-sources/ /api/v1/event-sources/{name}/ /api/v1/event-sources/{name}/meanings/
/api/v1/events/ /api/v1/events/{pk}/ /history-imports/ /history-imports/new /history-imports/{pk}/
/api/v1/history-imports/ /api/v1/history-imports/{pk}/
"""
NEW = _says(name="more", kind="argo_cd", team="airline-data")
MEANS = _says(what="environment", outside="moon", inside="staging")
PAST = _says(
    component="carrier-punctuality",
    environment="production",
    repository="https://git.example.com/acme/other.git",
    how="merges",
)
PAGE, API = "POST /event-sources/", "POST /api/v1/event-sources/"
TABLE: dict[str, Any] = {
    **{f"GET {path}": (SIGNED_IN, None) for path in LOOKING.split()},
    "POST /events/{name}": ((), None),  # with a signature, whoever is signed in
    f"{PAGE}new": (MAINTAINERS, NEW),
    f"{PAGE}{{name}}/rotate": (MAINTAINERS, _says(yes="yes")),
    f"{PAGE}{{name}}/switch": (MAINTAINERS, _says(yes="yes")),
    f"{PAGE}{{name}}/mean": (MAINTAINERS, MEANS),
    f"{PAGE}{{name}}/meanings/{{pk}}/forget": (MAINTAINERS, None),
    f"{PAGE}{{name}}/apply": (DEVELOPERS, None),
    f"{PAGE}{{name}}/test": (DEVELOPERS, None),
    "POST /history-imports/new": (DEVELOPERS, PAST),
    "POST /api/v1/history-imports/": (DEVELOPERS, PAST),
    API: (MAINTAINERS, NEW),
    f"{API}{{name}}/rotate/": (MAINTAINERS, None),
    f"{API}{{name}}/disable/": (MAINTAINERS, None),
    f"{API}{{name}}/enable/": (MAINTAINERS, None),
    f"{API}{{name}}/meanings/": (MAINTAINERS, MEANS),
    "DELETE /api/v1/event-sources/{name}/meanings/{meaning}/": (MAINTAINERS, None),
    f"{API}{{name}}/apply/": (DEVELOPERS, None),
    f"{API}{{name}}/test/": (DEVELOPERS, None),
}
# It is switched on
OTHERWISE_REFUSED = {f"{API}{{name}}/enable/"}
NOT_THERE = OTHERWISE_REFUSED
UNREMARKED = {"POST /events/{name}"}
# Doors that write, by what they leave; a refusal is left, too
KEPT = {
    "history.import": ["POST /history-imports/new", "POST /api/v1/history-imports/"],
    "event_source.create": [f"{PAGE}new", API],
    "event_source.rotate": [f"{PAGE}{{name}}/rotate", f"{API}{{name}}/rotate/"],
    "event_source.disable": [f"{PAGE}{{name}}/switch", f"{API}{{name}}/disable/"],
    "event_source.mean": [f"{PAGE}{{name}}/mean", f"{API}{{name}}/meanings/"],
    "event_source.forget": [
        f"{PAGE}{{name}}/meanings/{{pk}}/forget",
        "DELETE /api/v1/event-sources/{name}/meanings/{meaning}/",
    ],
}
LEAVES = {
    "event_source.apply": [f"{PAGE}{{name}}/apply", f"{API}{{name}}/apply/"],
    "event_source.test": [f"{PAGE}{{name}}/test", f"{API}{{name}}/test/"],
}
