"""Webhooks of a source's repository: it was pushed to, so look now. Signed, and heard once."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from portal import secrets
from portal.entities.models import CatalogHook, CatalogSource
from portal.entities.operations.sources import want

NOBODY = "a secret that nobody has"  # compared with as long as a true one
KEPT = timedelta(days=7)


class Unproven(Exception):
    """Whoever sent this did not show that it is the source; unknown sources are told the same."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of it: looked at next, known, or of no interest."""

    state: str
    words: str


@transaction.atomic
def hear(*, name: str, headers: Mapping[str, str], body: bytes, now: datetime) -> Heard:
    """A push leads to a look; the same delivery again to nothing. Header names in small letters."""
    rows = CatalogSource.objects.select_for_update().filter(name=name, disabled_at=None)
    source = rows.exclude(hook_secret=None).first()
    secret = secrets.decrypt(source.hook_secret) if source and source.hook_secret else NOBODY
    is_signed = _is_signed(headers, body, secret)
    if source is None or not is_signed:
        raise Unproven
    if "ping" in _event(headers):
        return Heard("noted", "The webhook is set up.")
    if "push" not in _event(headers):
        return Heard("noted", "Only pushes are of interest.")
    delivery = _delivery(headers) or hashlib.sha256(body).hexdigest()
    CatalogHook.objects.filter(source=source, at__lt=now - KEPT).delete()
    row = CatalogHook(source=source, delivery=delivery[:200], at=now)
    CatalogHook.objects.bulk_create([row], ignore_conflicts=True)
    if not CatalogHook.objects.filter(pk=row.pk).exists():
        return Heard("known", "It came before: nothing is done again.")
    want(source, now, is_asked=False)
    return Heard("wanted", "It is looked at next.")


def _is_signed(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    """As GitHub, Gitea and Forgejo sign; or with the secret itself, as GitLab sends it."""
    wanted = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    given = headers.get("x-hub-signature-256", "").removeprefix("sha256=")
    given = given or headers.get("x-gitea-signature", "") or headers.get("x-forgejo-signature", "")
    token = headers.get("x-gitlab-token", "")
    is_mac = hmac.compare_digest(given.encode(), wanted.encode())
    is_token = hmac.compare_digest(token.encode(), secret.encode())
    return is_mac or is_token


def _event(headers: Mapping[str, str]) -> str:
    names = ("x-github-event", "x-gitea-event", "x-forgejo-event", "x-gitlab-event")
    return next((headers[name].lower() for name in names if headers.get(name)), "")


def _delivery(headers: Mapping[str, str]) -> str:
    names = (
        *("x-github-delivery", "x-gitea-delivery", "x-forgejo-delivery"),
        *("x-gitlab-event-uuid", "idempotency-key"),
    )
    return next((headers[name] for name in names if headers.get(name)), "")
