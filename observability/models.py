"""The tables of this floor, by topic."""

from observability.changes.models import Change, Commit, Link

__all__ = ["Change", "Commit", "Link"]
