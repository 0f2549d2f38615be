"""The tables of this floor, by topic."""

from portal.accounts.models import Grant, Membership, Role, Scope, Team, Token, User
from portal.audit.models import Entry, Seal, Unsealed
from portal.catalog.models import Component, Dependency
from portal.entities.models import (
    CatalogFile,
    CatalogHook,
    CatalogSource,
    Entity,
    EntityFinding,
    EntityRelation,
)
from portal.feedback.models import Feedback
from portal.golden_paths.models import (
    GoldenPath,
    PathAttempt,
    PathRun,
    PathStep,
    PathVersion,
)
from portal.idempotency.models import KeptAnswer
from portal.manifests.models import Application, ApplicationStep, Kept
from portal.notifications.models import (
    Channel,
    Event,
    Matter,
    Message,
    Mute,
    Notice,
    Preference,
    Subscription,
)
from portal.oidc.models import Identity
from portal.people.models import AccessReview
from portal.search.models import Findable
from portal.second_factor.models import Factor, Grace, RecoveryCode
from portal.sessions.models import Session
from portal.sign_in.models import SignInTry
from portal.workers.models import Drain, Heartbeat, Pause

__all__ = [
    "AccessReview",
    "Application",
    "ApplicationStep",
    "CatalogFile",
    "CatalogHook",
    "CatalogSource",
    "Channel",
    "Component",
    "Dependency",
    "Drain",
    "Entity",
    "EntityFinding",
    "EntityRelation",
    "Entry",
    "Event",
    "Factor",
    "Feedback",
    "Findable",
    "GoldenPath",
    "Grace",
    "Grant",
    "Heartbeat",
    "Identity",
    "Kept",
    "KeptAnswer",
    "Matter",
    "Membership",
    "Message",
    "Mute",
    "Notice",
    "PathAttempt",
    "PathRun",
    "PathStep",
    "PathVersion",
    "Pause",
    "Preference",
    "RecoveryCode",
    "Role",
    "Scope",
    "Seal",
    "Session",
    "SignInTry",
    "Subscription",
    "Team",
    "Token",
    "Unsealed",
    "User",
]
