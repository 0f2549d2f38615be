"""The book's rules and what they are given by, as sentences."""

from __future__ import annotations

from collections.abc import Sequence

from portal.accounts.access import PLATFORM, Decision, Ground
from portal.accounts.models import Grant, Role, Team

USE = {
    "connection": "query it",
    "client": "deliver to it",
    "destination": "send there",
}
ROWS = "look at rows that come from it"
BY_GRANT = "Whoever may register for a team that was given the use of it"
BY_ROWS = "Members of a team that was given the right to see rows; the platform role does not help"


def rule(role: Role | str) -> str:
    """Who may, as the book has it."""
    return {
        "anyone": "Everyone who is signed in",
        PLATFORM: "The platform role",
        Role.VIEWER: "Every member of the team that answers for it",
        Role.DEVELOPER: "A developer or maintainer of the team that answers for it",
        Role.MAINTAINER: "A maintainer of the team that answers for it",
    }[role]


def because(decision: Decision, name: str, team: Team | None) -> str:
    """Which row gives it, or is missing."""
    of = team.name if team else ""
    held = decision.role.label.lower() if decision.role else ""
    return {
        Ground.INACTIVE: f"{name} is switched off.",
        Ground.SCOPE: "The token has no such scope.",
        Ground.PLATFORM: f"{name} has the platform role.",
        Ground.ANYONE: f"{name} can sign in.",
        Ground.PLATFORM_ONLY: f"{name} has not the platform role.",
        Ground.NOTHING: "It is about a thing of a team.",
        Ground.UNOWNED: "Nobody answers for it yet.",
        Ground.STRANGER: f"{name} is not in {of}.",
        Ground.ROLE: f"{name} is a {held} of {of}.",
    }[decision.ground]


def given(found: Sequence[Grant]) -> str:
    """The grants that give it: "airline-data was given it by Ines Costa on 3 May 2026."."""
    return " ".join(_given(grant) for grant in found)


def _given(grant: Grant) -> str:
    at = f"{grant.granted_at.day} {grant.granted_at:%B %Y}"
    said = f"{grant.team.name} was given it by {grant.granted_by.full_name} on {at}"
    return f"{said}: “{grant.reason}”" if grant.reason else f"{said}."


def not_given(name: str, others: Sequence[Grant], least: Role) -> str:
    """Why not, and which team would help."""
    if not others:
        return "No team was given it."
    teams = ", ".join(grant.team.name for grant in others)
    return f"{name} is no {least.label.lower()} of a team that was given it: {teams}."
