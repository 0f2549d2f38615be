"""Where things of the whole house are, and which doors lead there.

acme-drop   rests in production, after five failures
nyc-files   a worker has tried it in staging, and it works
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from deployments.environments.models import Environment
from pipelines.connections.models import Binding, Destination
from pipelines.deliveries.models import Circuit
from tests.pipelines.factories import House


def furnish(house: House, *, now: datetime) -> None:
    """At the end: nothing of it changes what was built before."""
    Circuit.objects.create(
        destination=Destination.objects.get(name="acme-drop"),
        environment=Environment.objects.get(name="production"),
        failures=5,
        opened_at=now,
        tries_at=now + timedelta(seconds=30),
        message="It could not take it now (503).",
    )
    Binding.objects.filter(connection=house.connection, environment=house.environment).update(
        trial={
            "state": "warn",
            "summary": "2 files that can be inputs",
            "warnings": ["One of them is old."],
        },
        tried_at=now,
    )


LOOKING = """
/connections/new /connections/{name}/ /destinations/{name}/ /deliveries/{number}/
/connections/{name}/in/{environment}/bind /connections/{name}/in/{environment}/unbind
/destinations/{name}/in/{environment}/bind /destinations/{name}/in/{environment}/unbind
"""
SIGNED_IN = ("hannah", "jonas", "mira", "ines", "priya")
DEVELOPERS = ("mira", "ines", "priya")
MAINTAINERS = ("ines", "priya")


def _says(**body: Any) -> Any:
    return lambda _: body


def _folder(name: str) -> Any:
    return lambda whole: {"address": str(whole.house.folder / name), "region": ""}


TABLE: Mapping[str, tuple[tuple[str, ...], Any]] = {
    **{f"GET {path}": (SIGNED_IN, None) for path in LOOKING.split()},
    "POST /connections/new": (
        MAINTAINERS,
        _says(name="new-files", kind="directory", team="airline-data", description=""),
    ),
    "POST /connections/{name}/in/{environment}/bind": (MAINTAINERS, _folder("sources")),
    "POST /connections/{name}/in/{environment}/unbind": (MAINTAINERS, None),
    "POST /connections/{name}/in/{environment}/test": (DEVELOPERS, None),
    "POST /destinations/{name}/in/{environment}/bind": (MAINTAINERS, _folder("drop")),
    "POST /destinations/{name}/in/{environment}/unbind": (MAINTAINERS, None),
    "POST /destinations/{name}/in/{environment}/test": (DEVELOPERS, None),
    "POST /destinations/{name}/in/{environment}/resume": (DEVELOPERS, None),
    "POST /api/v1/destinations/{name}/resume/": (DEVELOPERS, _says(environment="production")),
    "POST /api/v1/bindings/{pk}/test/": (DEVELOPERS, None),
}
# What is left of a refusal, too
KEPT = {
    "connection.create": ["POST /connections/new"],
    "binding.set": [
        "POST /connections/{name}/in/{environment}/bind",
        "POST /destinations/{name}/in/{environment}/bind",
    ],
    "binding.unset": [
        "POST /connections/{name}/in/{environment}/unbind",
        "POST /destinations/{name}/in/{environment}/unbind",
    ],
}
LEAVES = {
    "binding.test": [
        "POST /bindings/{pk}/test",
        "POST /api/v1/bindings/{pk}/test/",
        "POST /connections/{name}/in/{environment}/test",
        "POST /destinations/{name}/in/{environment}/test",
    ],
    "destination.resume": [
        "POST /api/v1/destinations/{name}/resume/",
        "POST /destinations/{name}/in/{environment}/resume",
    ],
}
