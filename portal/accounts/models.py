"""People, teams, what they may use, and the tokens of programs."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from portal.ids import uuid7
from portal.names import slug_validator


class Role(models.TextChoices):
    """What a member may do in a team, weakest first. `platform` is global, on the user."""

    VIEWER = "viewer", "Viewer"
    DEVELOPER = "developer", "Developer"
    MAINTAINER = "maintainer", "Maintainer"


class Scope(models.TextChoices):
    """What a token may be used for at most; the person's own rights still apply."""

    READ = "read", "Read"
    WRITE = "write", "Register, run and deliver"
    DEPLOY = "deploy", "Deploy, approve, roll back and reject"
    MANAGE = "manage", "People, grants, connections and tokens"
    TELEMETRY = "telemetry", "Send logs, traces and metrics"


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=(username or "").lower())


class User(AbstractBaseUser):
    """A person (or a machine account) who signs in; rights come from memberships, see access.py."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(max_length=60, validators=[slug_validator])
    full_name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    is_platform = models.BooleanField(default=False)
    # It came from a group of the identity provider, and goes with it; not where a person gave it.
    is_platform_by_group = models.BooleanField(default=False, db_default=False)
    is_active = models.BooleanField(default=True)
    # What stands under “Pinned” in the rail: [kind, name], see portal/stars. It comes with the
    # person, so that no page asks for it.
    pinned = models.JSONField(
        blank=True, default=list, db_default=models.Value([], models.JSONField())
    )
    created_at = models.DateTimeField()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    objects = UserManager()
    # The token that this request came with, or None for a signed-in person. Never stored.
    token: Token | None = None

    class Meta:
        constraints = [models.UniqueConstraint(Lower("username"), name="user_username_unique")]

    def __str__(self) -> str:
        return self.full_name

    @property
    def initials(self) -> str:
        words = self.full_name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"

    @property
    def is_staff(self) -> bool:
        """Django's admin is for the platform role."""
        return self.is_platform

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and self.is_platform

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_platform


class TeamManager(models.Manager["Team"]):
    """Teams of people: nobody chooses the one without any, or is in it."""

    def get_queryset(self) -> models.QuerySet[Team]:
        return super().get_queryset().filter(is_nobody=False)


class Team(models.Model):
    """People who own components together.

    One of them is nobody: what was seen and has no owner yet stands there, without any members.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=60, unique=True, validators=[slug_validator])
    title = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    is_nobody = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField()

    objects = TeamManager()
    nobodys: ClassVar[models.Manager[Team]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_nobody"], condition=models.Q(is_nobody=True), name="team_one_is_nobody"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split("-")[:2]).upper()


class Membership(models.Model):
    """A person's role in a team."""

    class Source(models.TextChoices):
        """Who gave it: what a person gave, no group of the identity provider changes or takes."""

        PERSON = "person", "Given by a person"
        GROUP = "group", "From a group of the identity provider"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role)
    source = models.CharField(
        max_length=8, choices=Source, default=Source.PERSON, db_default=Source.PERSON
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "team"], name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="membership_role"
            ),
            models.CheckConstraint(
                condition=models.Q(source__in=["person", "group"]), name="membership_source"
            ),
        ]


class TokenQuerySet(models.QuerySet["Token"]):
    def usable(self, now: datetime) -> TokenQuerySet:
        return self.filter(revoked_at=None, expires_at__gt=now, user__is_active=True)


class Token(models.Model):
    """A program's key: shown once, stored as a digest, scoped, expiring, revocable."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)  # first characters, to tell keys apart
    scopes = ArrayField(models.CharField(max_length=12, choices=Scope))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user", "-created_at"], name="token_by_user")]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"


class Grant(models.Model):
    """What a team may use: owning a component gives no right to a source or to a client.

    The things live on an upper floor, so they stand here by kind and name.
    """

    class Kind(models.TextChoices):
        CONNECTION = "connection", "Connection"
        CLIENT = "client", "Client"
        DESTINATION = "destination", "Destination"

    class Use(models.TextChoices):
        USE = "use", "Use"  # query a connection, deliver to a client or a destination
        ROWS = "rows", "See rows"  # look at rows that come from a connection

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="grants")
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=60)
    use = models.CharField(max_length=8, choices=Use)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "kind", "name", "use"], name="grant_once"),
            models.CheckConstraint(
                condition=models.Q(use="use") | models.Q(kind="connection"),
                name="grant_rows_of_sources",
            ),
        ]
        indexes = [models.Index(fields=["kind", "name"], name="grant_by_thing")]
