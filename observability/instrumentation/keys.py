"""The keys that tie a record to runs, deployments and people's components, by each of their names.

`portal.context` carries them along; OpenTelemetry has names of its own for some. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

COMPONENT, ENVIRONMENT, VERSION = (
    "slipway.component",
    "deployment.environment.name",
    "slipway.version",
)
RUN, DEPLOYMENT = "slipway.run_id", "deployment.id"
ATTRIBUTES = {
    "component": COMPONENT,
    "environment": ENVIRONMENT,
    "version": VERSION,
    "run_id": RUN,
    "deployment_id": DEPLOYMENT,
    "delivery_id": "slipway.delivery_id",
    "preview_id": "slipway.preview_id",
    "client": "client",  # as the search of logs has it
    "team": "slipway.team",
}
# What these hold was made by us: identities and names, where no secret can stand.
HARMLESS = frozenset(ATTRIBUTES.values())


def attributes(correlation: Mapping[str, str]) -> dict[str, str]:
    """The keys of `portal.context` as attributes of a span or a line."""
    return {ATTRIBUTES[key]: value for key, value in correlation.items() if key in ATTRIBUTES}
