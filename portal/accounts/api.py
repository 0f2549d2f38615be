"""People, teams and tokens over the API."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.authentication import SessionAuthentication
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from portal.accounts import change_operations, operations, queries
from portal.accounts.authentication import BearerToken, NameAndPassword
from portal.accounts.filters import TeamFilter, UserFilter
from portal.accounts.models import Membership, Role, Scope, Team, Token, User
from portal.api import Asking, Named, Nouns
from portal.idempotency.answering import ShownOnce
from portal.oidc import operations as oidc
from portal.rows import found
from portal.second_factor import operations as second_factor
from portal.sessions import opening
from portal.sessions import operations as ending
from portal.sign_in import operations as sign_in


class MembershipOut(serializers.ModelSerializer):
    team = serializers.CharField(source="team.name")

    class Meta:
        model = Membership
        fields = ("team", "role")


class UserOut(serializers.ModelSerializer):
    teams = MembershipOut(source="memberships", many=True)

    class Meta:
        model = User
        fields: tuple[str, ...] = (
            "id",
            "username",
            "full_name",
            "email",
            "is_platform",
            "is_active",
            "teams",
        )


class UserIn(serializers.Serializer):
    username = serializers.CharField(max_length=60)
    full_name = serializers.CharField(max_length=120, default="")
    email = serializers.EmailField(default="", allow_blank=True)
    password = serializers.CharField(max_length=200, default=None, trim_whitespace=False)
    is_platform = serializers.BooleanField(default=False)


class UserChange(serializers.Serializer):
    """As far as given."""

    full_name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    email = serializers.EmailField(required=False, allow_blank=True)
    is_platform = serializers.BooleanField(required=False)
    reason = serializers.CharField(max_length=1000, required=False, allow_blank=True)


class PasswordIn(serializers.Serializer):
    password = serializers.CharField(max_length=200, trim_whitespace=False)
    current = serializers.CharField(
        max_length=200, trim_whitespace=False, default="", help_text="Needed for your own."
    )


class WhyIn(serializers.Serializer):
    reason = serializers.CharField(max_length=1000)


class Users(Nouns):
    """People, and machines that have accounts."""

    noun = "person"
    queryset = queries.users()
    serializer_class = UserOut
    lookup_field = "username"
    ordering = "username"
    filterset_class = UserFilter
    facts = staticmethod(change_operations.facts_of_user)

    @extend_schema(request=UserIn, responses={201: UserOut})
    def create(self, request: Request) -> Response:
        """Let a person in. Without a password they can't sign in until one is set."""
        user = operations.create_user(**self.given(UserIn), by=self.by, now=timezone.now())
        return self.shown(user, status.HTTP_201_CREATED)

    @extend_schema(request=UserChange, responses=UserOut)
    def partial_update(self, request: Request, username: str) -> Response:
        """Another name or mail address, the platform role given or taken: as far as given."""
        changed = change_operations.change_user(
            user=self.get_object(),
            **self.given(UserChange),
            seen=self.seen,
            by=self.by,
            now=timezone.now(),
        )
        return self.shown(changed)

    @extend_schema(request=PasswordIn, responses={204: None})
    @action(detail=True, methods=["post"])
    def password(self, request: Request, username: str) -> Response:
        """Choose another password; sessions that the old one began end."""
        user = sign_in.set_password(
            user=self.get_object(),
            **self.given(PasswordIn),
            by=self.by,
            now=timezone.now(),
            address=opening.address(request),
        )
        if user == self.by and request.auth is None:
            opening.begin(request._request, user)  # but this one goes on  # noqa: SLF001
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses=UserOut)
    @action(detail=True, methods=["post"])
    def activate(self, request: Request, username: str) -> Response:
        """Let a person in again."""
        return self.shown(self._set_active(is_active=True))

    @extend_schema(request=None, responses=UserOut)
    @action(detail=True, methods=["post"])
    def deactivate(self, request: Request, username: str) -> Response:
        """Let a person in no longer: sessions and tokens end with the next request."""
        return self.shown(self._set_active(is_active=False))

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"], url_path="end-sessions")
    def end_sessions(self, request: Request, username: str) -> Response:
        """Sign a person out everywhere; you yourself, or with the platform role anyone."""
        ending.end_others(user=self.get_object(), keep=None, by=self.by, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=WhyIn, responses={204: None})
    @action(detail=True, methods=["post"], url_path="reset-second-factor")
    def reset_second_factor(self, request: Request, username: str) -> Response:
        """Take away apps, keys and codes of a person who lost them."""
        second_factor.reset(
            user=self.get_object(), by=self.by, now=timezone.now(), **self.given(WhyIn)
        )
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def disconnect(self, request: Request, username: str) -> Response:
        """Take a person apart from the identity provider, and what its groups gave them."""
        oidc.disconnect(user=self.get_object(), by=self.by, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _set_active(self, *, is_active: bool) -> User:
        return change_operations.set_active(
            user=self.get_object(), is_active=is_active, by=self.by, now=timezone.now()
        )


class TeamOut(serializers.ModelSerializer):
    members = serializers.IntegerField(source="member_count", default=0)
    components = serializers.IntegerField(source="component_count", default=0)

    class Meta:
        model = Team
        fields = ("id", "name", "title", "description", "members", "components", "created_at")


class TeamIn(serializers.Serializer):
    name = serializers.CharField(max_length=60)
    title = serializers.CharField(max_length=120, default="")
    description = serializers.CharField(max_length=2000, default="", allow_blank=True)


class TeamChange(serializers.Serializer):
    """As far as given."""

    title = serializers.CharField(max_length=120, required=False, allow_blank=True)
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class MemberOut(serializers.ModelSerializer):
    user = serializers.CharField(source="user.username")
    full_name = serializers.CharField(source="user.full_name")

    class Meta:
        model = Membership
        fields = ("user", "full_name", "role", "created_at")


class MemberIn(serializers.Serializer):
    user = Named("person", User.objects.all(), slug_field="username")
    role = serializers.ChoiceField(choices=Role.choices)


class Teams(Nouns):
    """Teams and who is in them."""

    noun = "team"
    queryset = queries.teams()
    serializer_class = TeamOut
    lookup_field = "name"
    ordering = "name"
    filterset_class = TeamFilter
    facts = staticmethod(change_operations.facts_of_team)

    @extend_schema(request=TeamIn, responses={201: TeamOut})
    def create(self, request: Request) -> Response:
        """Add a team, still without members."""
        team = operations.create_team(**self.given(TeamIn), by=self.by, now=timezone.now())
        return self.shown(team, status.HTTP_201_CREATED)

    @extend_schema(request=TeamChange, responses=TeamOut)
    def partial_update(self, request: Request, name: str) -> Response:
        """Call it otherwise, or say anew what it does: as far as given."""
        change_operations.change_team(
            team=self.get_object(),
            **self.given(TeamChange),
            seen=self.seen,
            by=self.by,
            now=timezone.now(),
        )
        return self.shown(self.get_object())

    @extend_schema(responses=MemberOut(many=True))
    @action(detail=True, pagination_class=None)
    def members(self, request: Request, name: str) -> Response:
        """Everyone in this team, by name."""
        members = queries.members(self.get_object())
        return Response(MemberOut(members, many=True).data)

    @extend_schema(request=MemberIn, responses=MemberOut)
    @members.mapping.post
    def set_member(self, request: Request, name: str) -> Response:
        """Make a person a member, or give another role."""
        member = operations.set_member(
            team=self.get_object(), **self.given(MemberIn), by=self.by, now=timezone.now()
        )
        return Response(MemberOut(member).data)

    @extend_schema(
        request=None, responses={204: None}, parameters=[OpenApiParameter("username", str, "path")]
    )
    @action(detail=True, methods=["delete"], url_path="members/(?P<username>[^/.]+)")
    def remove_member(self, request: Request, name: str, username: str) -> Response:
        """Take a person out of this team."""
        user = found(User.objects.all(), "person", username=username)
        operations.remove_member(team=self.get_object(), user=user, by=self.by, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class TokenOut(serializers.ModelSerializer):
    class Meta:
        model = Token
        fields: tuple[str, ...] = (
            "id",
            "name",
            "hint",
            "scopes",
            "created_at",
            "expires_at",
            "last_used_at",
            "revoked_at",
        )


class TokenMade(TokenOut):
    """The only answer that ever holds the secret."""

    secret = serializers.CharField(
        allow_null=True,
        help_text="Shown now and never again: null where an answer is repeated for its "
        "Idempotency-Key.",
    )

    class Meta(TokenOut.Meta):
        fields = (*TokenOut.Meta.fields, "secret")


class TokenIn(serializers.Serializer):
    name = serializers.CharField(max_length=80)
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices))
    expires_at = serializers.DateTimeField(
        default=None, help_text="By default in 90 days, at the latest in 366."
    )


class Tokens(Asking, mixins.ListModelMixin, GenericViewSet):
    """Your own keys for programs. A name and password (HTTP Basic) serve here too."""

    queryset = Token.objects.none()
    serializer_class = TokenOut
    authentication_classes = (BearerToken, NameAndPassword, SessionAuthentication)

    def get_queryset(self) -> Any:
        return queries.tokens_of(self.by)

    @extend_schema(request=TokenIn, responses={201: TokenMade})
    def create(self, request: Request) -> Response:
        """Make a token. Its secret stands in this answer and nowhere else, ever."""
        token, secret = operations.issue_token(
            user=self.by, **self.given(TokenIn), by=self.by, now=timezone.now()
        )
        shown = {**TokenOut(token).data, "secret": secret}
        return ShownOnce(shown, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=TokenOut)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> Response:
        """End a token now."""
        token = found(Token.objects.select_related("user"), "token", pk=pk)
        token = operations.revoke_token(token=token, by=self.by, now=timezone.now())
        return Response(TokenOut(token).data)


class TokenInUse(serializers.ModelSerializer):
    class Meta:
        model = Token
        fields = ("name", "hint", "scopes", "expires_at")


class WhoOut(UserOut):
    token = TokenInUse(allow_null=True)

    class Meta(UserOut.Meta):
        fields = (*UserOut.Meta.fields, "token")


class Who(Asking):
    """Who you are to Slipway, in which teams, and with which token you ask."""

    @extend_schema(responses=WhoOut)
    def get(self, request: Request) -> Response:
        return Response(WhoOut(queries.user_with_teams(self.by)).data)
