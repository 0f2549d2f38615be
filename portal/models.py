"""The tables of this floor, by topic."""

from portal.accounts.models import Grant, Membership, Role, Scope, Team, Token, User
from portal.audit.models import Entry, Seal, Unsealed
from portal.catalog.models import Component, Dependency
from portal.search.models import Findable
from portal.sign_in.models import SignInTry

__all__ = [
    "Component",
    "Dependency",
    "Entry",
    "Findable",
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
