"""Who is asking, for the API: the owner of a token, or the person of the session."""

from __future__ import annotations

from typing import Any, cast

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, BasicAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from portal.accounts import access, operations, queries
from portal.accounts.models import Token, User
from portal.errors import NotAllowed
from portal.sessions.opening import address
from portal.sign_in.limiting import TooMany
from portal.sign_in.operations import sign_in


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


class NameAndPassword(BasicAuthentication):
    """HTTP Basic, where a program makes its first token; limited as the sign-in page is."""

    www_authenticate_realm = "Slipway"

    def authenticate_credentials(
        self, userid: str, password: str, request: Request | None = None
    ) -> tuple[User, None]:
        assert request is not None
        try:
            user = sign_in(
                username=userid, password=password, address=address(request), now=timezone.now()
            )
        except TooMany as refused:
            raise Throttled(detail=refused.message) from None
        except NotAllowed as refused:
            raise AuthenticationFailed(refused.message) from None
        return user, None


class SignedIn(BasePermission):
    """Everyone who is signed in may look; what else they may, the operations ask the book."""

    def has_permission(self, request: Request, view: Any) -> bool:
        user = cast(User | None, request.user)
        if user and (request.method in SAFE_METHODS or getattr(view, "is_looking", False)):
            access.require(user, "look")
        return user is not None
