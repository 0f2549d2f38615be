"""Which schedule holds in an environment: the file's, or what its configuration says. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A schedule as a file or a configuration has it, with its defaults."""

    cron: str
    timezone: str = "UTC"
    catch_up: str = "latest"
    parameters: Mapping[str, Any] = field(default_factory=dict)


def rhythm(
    *, spec: Mapping[str, Any], configured: Mapping[str, Any], is_production: bool
) -> Rhythm | None:
    """The schedule of a live pair; None: nothing runs by itself.

    The file's schedule holds in production only: a lower environment has one if its configuration
    says so. `schedule: null` in a configuration means none.
    """
    if "schedule" in configured:
        said = configured["schedule"]
    else:
        said = (spec.get("defaults") or {}).get("schedule") if is_production else None
    if not said:
        return None
    return Rhythm(
        cron=said["cron"],
        timezone=said.get("timezone", "UTC"),
        catch_up=said.get("catch_up", "latest"),
        parameters=said.get("parameters") or {},
    )
