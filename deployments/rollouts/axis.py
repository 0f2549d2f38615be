"""How the axis of changes calls a deployment of ours, and back. Pure."""

from __future__ import annotations

from uuid import UUID

PREFIX = "deployment:"


def external_id(deployment: UUID) -> str:
    """ "deployment:0190…": the name under which it stands on the axis."""
    return f"{PREFIX}{deployment}"


def deployment(name: str) -> UUID | None:
    """The deployment that is called so; None where the name is of something else."""
    if not name.startswith(PREFIX):
        return None
    try:
        return UUID(name.removeprefix(PREFIX))
    except ValueError:
        return None
