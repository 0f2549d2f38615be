"""The one permission book: may this person (or token) do this, to this thing?

A verb is written once, here, with the least role in the team that answers for the thing and the
scope that a token needs. Owning a component gives no right to query a source or to send to a
client: that is a grant (see `grants.py`), and looking at rows is a right of its own.

Everyone who is signed in may look at everything but rows, secrets and other people's tokens: a
portal in which one can't see what is live at two in the morning helps nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from django.db.models import QuerySet

from portal.accounts import able, queries
from portal.accounts.models import Membership, Role, Scope, Team, User
from portal.errors import NotAllowed

RANK = {Role.VIEWER: 1, Role.DEVELOPER: 2, Role.MAINTAINER: 3}
PLATFORM = "platform"
# While nobody answers for a component, this is for everyone: how else would anyone find out.
UNOWNED = frozenset({"log.read", "telemetry.send"})


class Owned(Protocol):
    """A thing that a team answers for."""

    @property
    def team(self) -> Team: ...


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may: the least role in the owning team, or `platform`; and the scope a token needs."""

    role: Role | str
    scope: Scope
    words: str  # "deploy it": completes "You may not …" and "… can"


BOOK: dict[str, Rule] = {
    # Looking: anyone who is signed in
    "look": Rule("anyone", Scope.READ, "look at this"),
    # People and teams
    "user.create": Rule(PLATFORM, Scope.MANAGE, "create people"),
    "user.change": Rule(PLATFORM, Scope.MANAGE, "change people"),
    "access.review": Rule(PLATFORM, Scope.READ, "take along who has access to what"),
    "access.sign_off": Rule(PLATFORM, Scope.MANAGE, "sign who has access to what"),
    "user.password": Rule("anyone", Scope.MANAGE, "choose another password"),
    "identity.connect": Rule("anyone", Scope.MANAGE, "say who lets you in"),
    "second_factor.change": Rule("anyone", Scope.MANAGE, "change your second factors"),
    "session.end": Rule("anyone", Scope.MANAGE, "end sessions"),
    "team.create": Rule(PLATFORM, Scope.MANAGE, "create teams"),
    "team.change": Rule(Role.MAINTAINER, Scope.MANAGE, "change this team"),
    "team.members": Rule(Role.MAINTAINER, Scope.MANAGE, "change who is in this team"),
    "token.create": Rule("anyone", Scope.MANAGE, "create tokens"),
    "token.revoke": Rule("anyone", Scope.MANAGE, "revoke tokens"),
    # What exists
    "component.register": Rule(Role.DEVELOPER, Scope.WRITE, "register components for this team"),
    "component.change": Rule(Role.MAINTAINER, Scope.WRITE, "change this component"),
    "component.hand_over": Rule(Role.MAINTAINER, Scope.WRITE, "hand this component over"),
    "component.claim": Rule(Role.MAINTAINER, Scope.WRITE, "claim components for this team"),
    "component.let_go": Rule(Role.MAINTAINER, Scope.WRITE, "let go of this component"),
    "component.deprecate": Rule(Role.MAINTAINER, Scope.WRITE, "deprecate this component"),
    # Descriptions of them in files of elsewhere; who owns what there gives no right here
    "catalog_source.create": Rule(
        Role.MAINTAINER, Scope.MANAGE, "make catalog sources for this team"
    ),
    "catalog_source.change": Rule(Role.MAINTAINER, Scope.MANAGE, "change this catalog source"),
    "catalog_source.sync": Rule(Role.DEVELOPER, Scope.WRITE, "have this catalog source read"),
    "entity.remove": Rule(Role.MAINTAINER, Scope.MANAGE, "remove orphans of this catalog source"),
    "environment.create": Rule(PLATFORM, Scope.MANAGE, "create environments"),
    "environment.change": Rule(PLATFORM, Scope.MANAGE, "change environments"),
    "connection.create": Rule(Role.MAINTAINER, Scope.MANAGE, "create connections for this team"),
    "client.create": Rule(Role.MAINTAINER, Scope.MANAGE, "create clients for this team"),
    "destination.create": Rule(Role.MAINTAINER, Scope.MANAGE, "create destinations for this team"),
    "connection.change": Rule(Role.MAINTAINER, Scope.MANAGE, "change this connection"),
    "client.change": Rule(Role.MAINTAINER, Scope.MANAGE, "change this client"),
    "destination.change": Rule(Role.MAINTAINER, Scope.MANAGE, "change this destination"),
    "client.remove": Rule(Role.MAINTAINER, Scope.MANAGE, "remove clients of this team"),
    "destination.remove": Rule(Role.MAINTAINER, Scope.MANAGE, "remove destinations of this team"),
    "binding.set": Rule(Role.MAINTAINER, Scope.MANAGE, "say where this is"),
    "binding.allow": Rule(PLATFORM, Scope.MANAGE, "let this lead where others may not go"),
    "destination.resume": Rule(Role.DEVELOPER, Scope.WRITE, "let it be tried now"),
    "binding.test": Rule(Role.DEVELOPER, Scope.WRITE, "try it"),
    "secrets.rotate": Rule(PLATFORM, Scope.MANAGE, "write secrets anew with another key"),
    "grant.give": Rule(Role.MAINTAINER, Scope.MANAGE, "give others the use of this"),
    "grant.take": Rule(Role.MAINTAINER, Scope.MANAGE, "take back the use of this"),
    # Transformations, runs, deliveries
    "transformation.register": Rule(
        Role.DEVELOPER, Scope.WRITE, "register transformations for this team"
    ),
    "draft.change": Rule(Role.DEVELOPER, Scope.WRITE, "write drafts for this team"),
    "preview.start": Rule(Role.DEVELOPER, Scope.WRITE, "preview queries for this team"),
    "run.start": Rule(Role.DEVELOPER, Scope.WRITE, "run it"),
    "run.cancel": Rule(Role.DEVELOPER, Scope.WRITE, "cancel its runs"),
    "run.again": Rule(Role.DEVELOPER, Scope.WRITE, "run it again"),
    "run.accept": Rule(Role.DEVELOPER, Scope.WRITE, "say that its failures may stand"),
    "backfill.start": Rule(Role.DEVELOPER, Scope.WRITE, "run it over a range of due times"),
    "backfill.pause": Rule(Role.DEVELOPER, Scope.WRITE, "pause its backfills"),
    "backfill.resume": Rule(Role.DEVELOPER, Scope.WRITE, "resume its backfills"),
    "backfill.cancel": Rule(Role.DEVELOPER, Scope.WRITE, "cancel its backfills"),
    "delivery.again": Rule(Role.DEVELOPER, Scope.WRITE, "deliver again"),
    "delivery.cancel": Rule(Role.DEVELOPER, Scope.WRITE, "cancel its deliveries"),
    "bulk.plan": Rule(PLATFORM, Scope.READ, "look at what would be touched in bulk"),
    "bulk.start": Rule(PLATFORM, Scope.MANAGE, "retry or cancel in bulk"),
    "bulk.stop": Rule(PLATFORM, Scope.MANAGE, "stop what goes on in bulk"),
    # Deployments
    "deployment.request": Rule(Role.DEVELOPER, Scope.DEPLOY, "deploy it"),
    "deployment.approve": Rule(Role.MAINTAINER, Scope.DEPLOY, "approve its deployments"),
    "deployment.refuse": Rule(Role.MAINTAINER, Scope.DEPLOY, "refuse its deployments"),
    "deployment.advance": Rule(Role.DEVELOPER, Scope.DEPLOY, "let its deployments go on"),
    "deployment.abort": Rule(Role.DEVELOPER, Scope.DEPLOY, "abort its deployments"),
    "deployment.roll_back": Rule(Role.DEVELOPER, Scope.DEPLOY, "roll it back"),
    "release.reject": Rule(Role.MAINTAINER, Scope.DEPLOY, "reject its releases"),
    "release.lift": Rule(Role.MAINTAINER, Scope.DEPLOY, "lift a rejection"),
    "hold.pause": Rule(Role.DEVELOPER, Scope.DEPLOY, "pause it"),
    "hold.resume": Rule(Role.DEVELOPER, Scope.DEPLOY, "resume it"),
    # What figures are made of
    "change.reclassify": Rule(Role.MAINTAINER, Scope.WRITE, "say what its deployments were"),
    "change.take_back": Rule(Role.MAINTAINER, Scope.WRITE, "take back what was said of them"),
    # Who tells of changes from outside
    "event_source.create": Rule(Role.MAINTAINER, Scope.MANAGE, "make event sources for this team"),
    "event_source.change": Rule(Role.MAINTAINER, Scope.MANAGE, "change this event source"),
    "event_source.apply": Rule(Role.DEVELOPER, Scope.WRITE, "look again at what it told"),
    "event_source.test": Rule(Role.DEVELOPER, Scope.WRITE, "try this event source"),
    "history.import": Rule(Role.DEVELOPER, Scope.WRITE, "import its history"),
    # Golden paths; a path's own file narrows down who may start it (see `is_among`)
    "golden_path.publish": Rule(PLATFORM, Scope.MANAGE, "publish golden paths"),
    "golden_path.start": Rule("anyone", Scope.WRITE, "start golden paths"),
    "golden_path.change": Rule(Role.DEVELOPER, Scope.WRITE, "retry, undo or cancel this"),
    # What is kept in files. Each thing in them needs its own permission, too.
    "manifest.apply": Rule(Role.MAINTAINER, Scope.WRITE, "keep things of this team in files"),
    # Notifications and feedback
    "notification.change": Rule("anyone", Scope.WRITE, "change what you are told"),
    "notification.send_again": Rule(PLATFORM, Scope.MANAGE, "send messages again"),
    "notification.outbox": Rule(PLATFORM, Scope.READ, "look at what could not be sent"),
    "channel.set": Rule(Role.MAINTAINER, Scope.MANAGE, "set the channels of this team"),
    "star.set": Rule("anyone", Scope.WRITE, "pin things in the rail"),
    "feedback.give": Rule("anyone", Scope.WRITE, "give feedback"),
    "feedback.handle": Rule(PLATFORM, Scope.MANAGE, "answer feedback"),
    # What services say of themselves. Lines may hold what clients sent: they are for their team.
    "log.read": Rule(Role.VIEWER, Scope.READ, "read its logs"),
    "log_search.save": Rule("anyone", Scope.WRITE, "save searches"),
    "log_search.share": Rule(Role.DEVELOPER, Scope.WRITE, "share searches with this team"),
    "log_search.tidy": Rule(Role.MAINTAINER, Scope.WRITE, "change what others share there"),
    "pin.change": Rule(Role.DEVELOPER, Scope.WRITE, "pin queries to its health"),
    "bottleneck.read": Rule(PLATFORM, Scope.READ, "look at what slows the portal itself down"),
    "telemetry.send": Rule(Role.DEVELOPER, Scope.TELEMETRY, "send telemetry for this component"),
    "telemetry.introduce": Rule("anyone", Scope.TELEMETRY, "send telemetry"),
    # What keeps work from being taken
    "queue.pause": Rule(PLATFORM, Scope.MANAGE, "pause queues"),
    "queue.resume": Rule(PLATFORM, Scope.MANAGE, "let queues go on"),
    "worker.drain": Rule(PLATFORM, Scope.MANAGE, "drain workers"),
    "worker.take_again": Rule(PLATFORM, Scope.MANAGE, "let workers take work again"),
    "objective.read": Rule(PLATFORM, Scope.READ, "look at how the portal itself does"),
    "settings.read": Rule(PLATFORM, Scope.MANAGE, "look at the settings of the portal"),
    # Audit
    "audit.read": Rule("anyone", Scope.READ, "read the audit"),
    "audit.export": Rule(PLATFORM, Scope.MANAGE, "export the audit"),
}


class Ground(StrEnum):
    """Why the book says yes or no: which of its sentences decided."""

    INACTIVE = "inactive"  # the person is switched off
    SCOPE = "scope"  # the token may not be used for it
    PLATFORM = "platform"  # the platform role
    ANYONE = "anyone"  # everyone who is signed in
    PLATFORM_ONLY = "platform_only"  # only the platform role, which they have not
    NOTHING = "nothing"  # it is about a thing, and none was named
    UNOWNED = "unowned"  # nobody answers for the thing
    STRANGER = "stranger"  # not in the team that answers for it
    ROLE = "role"  # their role in that team


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes or no, and what decided; `role` is the person's in the team, where that was asked."""

    ground: Ground
    is_allowed: bool
    role: Role | None = None


def may(who: User, verb: str, thing: Owned | Team | None = None) -> bool:
    """Whether `who` may do `verb` to `thing`. One query at most, none for the platform role."""
    return decide(who, verb, thing).is_allowed


def decide(who: User, verb: str, thing: Owned | Team | None = None) -> Decision:
    """The same, with what decided: for pages that explain it."""
    rule = BOOK[verb]
    if not who.is_active:
        return Decision(Ground.INACTIVE, is_allowed=False)
    if not token_allows(who, rule.scope):
        return Decision(Ground.SCOPE, is_allowed=False)
    if who.is_platform:
        return Decision(Ground.PLATFORM, is_allowed=True)
    if rule.role == "anyone":
        return Decision(Ground.ANYONE, is_allowed=True)
    return _by_team(who, verb, thing)


def _by_team(who: User, verb: str, thing: Owned | Team | None) -> Decision:
    """What the team that answers for a thing decides, where the platform role is not needed."""
    if BOOK[verb].role == PLATFORM:
        return Decision(Ground.PLATFORM_ONLY, is_allowed=False)
    if thing is None:
        return Decision(Ground.NOTHING, is_allowed=False)
    team = _team(thing)
    if team.is_nobody:
        return Decision(Ground.UNOWNED, is_allowed=verb in UNOWNED)
    role = role_in(who, team)
    if role is None:
        return Decision(Ground.STRANGER, is_allowed=False)
    enough = RANK[role] >= RANK[Role(BOOK[verb].role)]
    return Decision(Ground.ROLE, is_allowed=enough, role=role)


def require(who: User, verb: str, thing: Owned | Team | None = None) -> None:
    """Raise NotAllowed, in words and with who can help, unless `who` may do `verb`."""
    if may(who, verb, thing):
        return
    rule = BOOK[verb]
    if not token_allows(who, rule.scope):
        raise NotAllowed(
            f"This token has no scope “{rule.scope.value}”, which is needed to {rule.words}. "
            "Create a token that has it."
        )
    raise NotAllowed(f"You may not {rule.words}. {_who_can(rule, thing)}")


def refusal(who: User, verb: str, thing: Owned | Team | None = None) -> str:
    """Why `who` may not do `verb`, and who can, in words; "" where they may."""
    try:
        require(who, verb, thing)
    except NotAllowed as refused:
        return refused.message
    return ""


def is_among(who: User, role: str, teams: Collection[str] = ()) -> bool:
    """Whether `who` has at least `role` in one of these teams, by name; without names in any."""
    if not who.is_active:
        return False
    if who.is_platform or (role == "anyone" and not teams):
        return True
    if role == PLATFORM:
        return False
    least = Role.VIEWER if role == "anyone" else Role(role)
    if not teams:
        return bool(team_ids(who, least))
    return any(
        RANK[Role(held)] >= RANK[least] and team in teams for team, held in _memberships(who)
    )


def may_somewhere(who: User, verb: str) -> bool:
    """Whether `who` may do `verb` for any team at all: what to offer before a team is named."""
    rule = BOOK[verb]
    return token_allows(who, rule.scope) and is_among(who, rule.role)


def _memberships(who: User) -> list[tuple[str, str]]:
    """(team, role) by name, read once a person object."""
    held: list[tuple[str, str]] | None = getattr(who, "_held", None)
    if held is None:
        held = list(Membership.objects.filter(user=who).values_list("team__name", "role"))
        who._held = held  # type: ignore[attr-defined]  # noqa: SLF001
    return held


def teams_where(who: User, verb: str) -> QuerySet[Team]:
    """The teams for whose things `who` may do `verb`: what to offer in a list."""
    rule = BOOK[verb]
    if not who.is_active or not token_allows(who, rule.scope):
        return Team.objects.none()
    if who.is_platform or rule.role == "anyone":
        return Team.objects.all()
    if rule.role == PLATFORM:
        return Team.objects.none()
    held = {"memberships__user": who, "memberships__role__in": _enough(rule)}
    return Team.objects.filter(**held).distinct()


def who_may(verb: str, team: Team | UUID) -> QuerySet[User]:
    """Those who may do `verb` to things of this team: its own people first."""
    return able.people(team, _enough(BOOK[verb]))


def anyone_may(verb: str, team: Team) -> bool:
    """Whether somebody belongs to the team who may do `verb` to its things."""
    held = team.memberships.filter(role__in=_enough(BOOK[verb]), user__is_active=True)
    return held.exists()


def _enough(rule: Rule) -> list[Role]:
    """The roles in a team with which one may."""
    return [role for role in Role if RANK[role] >= RANK[Role(rule.role)]]


def token_allows(who: User, scope: Scope) -> bool:
    """A person signed in has every scope; a token has those it was given."""
    return who.token is None or scope in who.token.scopes


def role_in(who: User, team: Team) -> Role | None:
    """The person's role in a team, read once a person object (a request, a task)."""
    role = _roles(who).get(team.pk)
    return Role(role) if role else None


def team_ids(who: User, least: Role = Role.VIEWER) -> list[UUID]:
    """The teams in which `who` has at least this role: with literals PostgreSQL plans well."""
    return [team for team, role in _roles(who).items() if RANK[Role(role)] >= RANK[least]]


def remember(who: User, memberships: Iterable[Membership]) -> None:
    """Roles that were read with many people at once, so that the book asks for none of them."""
    held = {membership.team_id: membership.role for membership in memberships}
    who._roles = held  # type: ignore[attr-defined]  # noqa: SLF001


def _roles(who: User) -> dict[UUID, str]:
    roles: dict[UUID, str] | None = getattr(who, "_roles", None)
    if roles is None:
        roles = queries.roles(who)
        who._roles = roles  # type: ignore[attr-defined]  # noqa: SLF001
    return roles


def _team(thing: Owned | Team) -> Team:
    return thing if isinstance(thing, Team) else thing.team


def _who_can(rule: Rule, thing: Owned | Team | None) -> str:
    if rule.role == PLATFORM or thing is None:
        return able.PLATFORM
    return able.sentence(_team(thing), _enough(rule))
