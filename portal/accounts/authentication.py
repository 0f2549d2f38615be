"""Who is asking, for the API: the owner of a token, or the person of the session."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from portal.accounts import access, operations, queries
from portal.accounts.models import Token, User


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer slw_…`. The person found carries the token, see access.py."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        now = timezone.now()
        token = queries.token(secret.strip(), now)
        if token is None:
            raise AuthenticationFailed(
                "This token is unknown, expired or revoked: create a new one under your name."
            )
        operations.note_use(token=token, now=now)
        token.user.token = token
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Slipway"'


class SignedIn(BasePermission):
    """Everyone who is signed in may look; what else they may, the operations ask the book."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.user is None:
            return False
        if request.method in SAFE_METHODS:
            access.require(request.user, "look")
        return True
