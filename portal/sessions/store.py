"""Sessions as Django wants them kept: rows that know whose they are, found by a digest."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction
from django.db.models import CharField, DateTimeField, F, Q
from django.utils import timezone

from portal.oidc import flow
from portal.postgresql.questions import Question
from portal.sessions.models import Session

SEEN_EVERY = timedelta(minutes=5)  # a write for each request is too dear
NOBODYS = timedelta(seconds=flow.PATIENCE)  # until somebody has signed in: strangers begin these
PIECE = 5_000  # sessions that are tidied away at once
BROWSER, ADDRESS = "browser", "address"


_ALIVE = Question(
    lambda digest, now, used_since: Session.objects.alive(now, used_since).filter(digest=digest),
    digest=CharField(),
    now=DateTimeField(),
    used_since=DateTimeField(),
)


def digest(key: str) -> str:
    """No salt or stretching: nobody guesses 160 random bits."""
    return sha256(key.encode()).hexdigest()


class SessionStore(SessionBase):
    """One row for each session. It ends so long after it began, and earlier if nobody uses it."""

    row: Session | None = None

    def load(self) -> dict[str, Any]:
        now = timezone.now()
        self.row = _ALIVE.first(
            digest=digest(self.session_key or ""), now=now, used_since=now - settings.SESSION_IDLE
        )
        if self.row is None:
            self._session_key = None
            return {}
        return dict(self.decode(self.row.data))

    def seen(self) -> None:
        """Remember that it was used, to five minutes."""
        now = timezone.now()
        if self.row and self.row.seen_at <= now - SEEN_EVERY:
            Session.objects.filter(pk=self.row.pk).update(seen_at=now)

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(digest=digest(session_key)).exists()

    def create(self) -> None:
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's signature
        if self.session_key is None:
            return self.create()
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        fields: dict[str, Any] = {
            "data": self.encode(data),
            "user_id": data.get(SESSION_KEY),
            "browser": data.get(BROWSER, ""),
            "address": data.get(ADDRESS, ""),
        }
        if must_create:
            self.row = _made(digest(self.session_key), fields)
        else:
            self._written(fields)
        return None

    def _written(self, fields: dict[str, Any]) -> None:
        """Whoever signs in here begins the time of a person's session."""
        if fields["user_id"] and (self.row is None or self.row.user_id is None):
            age = timedelta(seconds=settings.SESSION_COOKIE_AGE)
            fields = {**fields, "expires_at": F("began_at") + age}
        if not Session.objects.filter(digest=digest(self.session_key or "")).update(**fields):
            raise UpdateError  # ended meanwhile: it does not come back to life

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            Session.objects.filter(digest=digest(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        """A piece of what ended: this is called every few seconds."""
        now = timezone.now()
        ended = Session.objects.filter(
            Q(expires_at__lte=now) | Q(seen_at__lte=now - settings.SESSION_IDLE)
        )
        Session.objects.filter(pk__in=list(ended.values_list("pk", flat=True)[:PIECE])).delete()


def _made(key: str, fields: dict[str, Any]) -> Session:
    now = timezone.now()
    age = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    ends = now + (age if fields["user_id"] else min(age, NOBODYS))
    try:
        with transaction.atomic():
            return Session.objects.create(
                digest=key, began_at=now, seen_at=now, expires_at=ends, **fields
            )
    except IntegrityError as error:
        raise CreateError from error
