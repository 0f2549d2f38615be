"""The tables of this floor, by topic."""

from portal.accounts.models import Grant, Membership, Role, Scope, Team, Token, User
from portal.audit.models import Entry, Seal, Unsealed
from portal.catalog.models import Component, Dependency
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
from portal.search.models import Findable
from portal.sign_in.models import SignInTry
from portal.workers.models import Heartbeat

__all__ = [
    "Application",
    "ApplicationStep",
    "Channel",
    "Component",
    "Dependency",
    "Entry",
    "Event",
    "Feedback",
    "Findable",
    "GoldenPath",
    "Grant",
    "Heartbeat",
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
    "Preference",
    "Role",
    "Scope",
    "Seal",
    "SignInTry",
    "Subscription",
    "Team",
    "Token",
    "Unsealed",
    "User",
]
