"""Questions about how people are known at the identity provider."""

from __future__ import annotations

from django.conf import settings

from portal.accounts.models import User
from portal.oidc.models import Identity


def is_on() -> bool:
    """Whether there is a provider at all."""
    return bool(settings.OIDC_ISSUER)


def identity_of(user: User) -> Identity | None:
    """How the present provider knows this person."""
    return Identity.objects.filter(user=user, issuer=settings.OIDC_ISSUER).first()
