"""An access as a line of the review's file: an account, a role, a token, or what a team may use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from portal.accounts.models import Grant, Membership, Token
from portal.files.tables import moment

HEAD = (
    *("kind", "person", "full_name", "email", "is_active", "last_seen_at", "has_password"),
    *("has_second_factor", "team", "access", "thing", "name", "source", "given_by", "reason"),
    *("since", "expires_at", "last_used_at", "id"),
)
USE = ("last_seen_at", "last_used_at")  # when access was used: it changes with every request
NOTHING: dict[str, Any] = dict.fromkeys(HEAD)


def of_person(person: Any) -> Iterator[dict[str, Any]]:
    """All that a user has, who comes with teams, usable tokens, `seen_at` and `has_factor`."""
    who = {
        "person": person.username,
        "full_name": person.full_name,
        "email": person.email,
        "is_active": person.is_active,
        "last_seen_at": moment(person.seen_at),
        "has_password": person.has_usable_password(),
        "has_second_factor": person.has_factor,
    }
    yield _line("account", who, access="sign in", since=moment(person.created_at), id=person.pk)
    if person.is_platform:
        source = "group" if person.is_platform_by_group else "person"
        yield _line("platform", who, access="platform", source=source, id=person.pk)
    for held in person.memberships.all():
        yield _line("membership", who, **_membership(held))
    for token in person.tokens.all():
        yield _line("token", who, **_token(token))


def of_grant(grant: Grant) -> dict[str, Any]:
    """What all members of a team may use."""
    return _line(
        "grant",
        {},
        team=grant.team.name,
        access=grant.use,
        thing=grant.kind,
        name=grant.name,
        given_by=grant.granted_by.username,
        reason=grant.reason,
        since=moment(grant.granted_at),
        id=grant.pk,
    )


def _membership(held: Membership) -> dict[str, Any]:
    return {
        "team": held.team.name,
        "access": held.role,
        "source": held.source,
        "since": moment(held.created_at),
        "id": held.pk,
    }


def _token(token: Token) -> dict[str, Any]:
    return {
        "access": ", ".join(sorted(token.scopes)),
        "name": token.name,
        "since": moment(token.created_at),
        "expires_at": moment(token.expires_at),
        "last_used_at": moment(token.last_used_at),
        "id": token.pk,
    }


def _line(kind: str, who: dict[str, Any], **told: Any) -> dict[str, Any]:
    return {**NOTHING, "kind": kind, **who, **told, "id": str(told["id"])}
