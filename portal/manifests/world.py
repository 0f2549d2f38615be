"""What a plan is made from: what is there, what documents want, who asks. Read once, for all."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings

from portal import secrets
from portal.accounts import access
from portal.accounts.models import Team, User
from portal.manifests.kinds.base import Fields, Key, Manifest

APPLY = "manifest.apply"


@dataclass(slots=True)
class World:
    """Kinds look things up here while a plan is made, so that none asks for each document.

    `given` are the values of secrets by their reference; `leaving` what would be taken away.
    """

    by: User
    now: datetime
    present: dict[Key, Fields] = field(default_factory=dict)
    wanted: dict[Key, Fields] = field(default_factory=dict)
    documents: Mapping[Key, Manifest] = field(default_factory=dict)
    leaving: set[Key] = field(default_factory=set)
    teams: dict[str, Team] | None = None  # None: they are asked for one by one
    given: Mapping[str, str] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)  # what a kind works out once for all
    _forbidden: dict[tuple[str, str | None], str] = field(default_factory=dict)

    def fields_of(self, kind: str, name: str) -> Fields | None:
        """How a thing will be: as it is, with what a document says of it."""
        key = (kind, name)
        if key not in self.present and key not in self.wanted:
            return None
        return {**self.present.get(key, {}), **self.wanted.get(key, {})}

    def forbidden(self, verb: str, team: str | None) -> list[str]:
        """Why the person may not do this, or nothing. Of what no team has, the platform decides."""
        asked = (verb, team)
        if asked not in self._forbidden:
            owner = self._team(team) if team else None
            self._forbidden[asked] = access.refusal(self.by, verb, owner)
        return [self._forbidden[asked]] if self._forbidden[asked] else []

    def _team(self, name: str) -> Team | None:
        if self.teams is None:
            return Team.objects.filter(name=name).first()
        return self.teams.get(name)

    def may(self, verb: str, team: str | None) -> bool:
        return not self.forbidden(verb, team)


def fingerprint(secret: str, *, of: str) -> str:
    """Eight hexadecimal digits that tell the secrets of one thing apart, and no others: keyed.

    Nobody finds out by a thing of their own whether another one has the secret that they guess.
    """
    key = secrets.derive(settings.ENCRYPTION_KEYS[0], "fingerprints of secrets")
    return hmac.new(key, f"{of}\n{secret}".encode(), sha256).hexdigest()[:8]
