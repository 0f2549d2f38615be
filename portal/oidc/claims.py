"""What a provider says of somebody. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from portal.names import in_one_line

SLUG = re.compile(r"[^a-z0-9]+")
LONGEST_SLUG = 60


class TooManyGroups(Exception):
    """The provider names a place where the groups are instead of the groups."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Somebody at a provider: `subject` stays, everything else may change."""

    issuer: str
    subject: str
    email: str
    is_email_verified: bool
    full_name: str
    wished_name: str
    groups: frozenset[str]

    def names(self) -> Iterator[str]:
        """Names to sign in with, best first, without end: mira, mira-2, mira-3, …"""
        slug = _slug(self.wished_name) or _slug(self.email.partition("@")[0]) or "person"
        yield slug
        number = 2
        while True:
            end = f"-{number}"
            yield slug[: LONGEST_SLUG - len(end)].rstrip("-") + end
            number += 1


def read(said: Mapping[str, Any], groups_claim: str) -> Claims:
    """The claims of an id_token, with those of the userinfo merged in.

    No groups are none. TooManyGroups for a directory that only says where they are (OpenID Connect
    Core 5.6.2): nobody may lose a membership because of it.
    """
    elsewhere = said.get("_claim_names")
    if groups_claim not in said and isinstance(elsewhere, dict) and groups_claim in elsewhere:
        raise TooManyGroups
    return Claims(
        issuer=_text(said.get("iss"), 300),
        subject=_text(said.get("sub"), 255),
        email=_text(said.get("email"), 254).strip().lower(),
        is_email_verified=said.get("email_verified") is True,
        full_name=in_one_line(_text(said.get("name"), 120)),
        wished_name=_text(said.get("preferred_username"), 120).partition("@")[0],
        groups=_groups(said.get(groups_claim)),
    )


def _groups(found: Any) -> frozenset[str]:
    rows = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    return frozenset(row for row in rows if isinstance(row, str))


def _text(found: Any, most: int) -> str:
    return found[:most] if isinstance(found, str) else ""


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return SLUG.sub("-", plain).strip("-")[:LONGEST_SLUG].rstrip("-")
