"""The tables of this floor, by topic."""

from portal.accounts.models import Grant, Membership, Role, Scope, Team, Token, User
from portal.audit.models import Entry, Seal, Unsealed
from portal.catalog.models import Component, Dependency
from portal.sign_in.models import SignInTry

__all__ = [
    "Component",
    "Dependency",
    "Entry",
    "Grant",
    "Membership",
    "Role",
    "Scope",
    "Seal",
    "SignInTry",
    "Team",
    "Token",
    "Unsealed",
    "User",
]
