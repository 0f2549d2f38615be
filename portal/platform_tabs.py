"""The pages of the platform team, one beside the other: who has not the permission sees no tab."""

from __future__ import annotations

from dataclasses import dataclass

from portal.accounts import access
from portal.accounts.models import User


@dataclass(frozen=True, slots=True)
class PlatformTab:
    """A page by its URL name; `nouns` are the nouns of the names that belong to it."""

    label: str
    url: str
    nouns: frozenset[str]
    permission: str = "look"


TABS = (
    PlatformTab("Queues and workers", "portal:worker-list", frozenset({"worker", "queue"})),
    PlatformTab("Bulk actions", "pipelines:bulk-action-list", frozenset({"bulk"})),
    PlatformTab("Bindings", "pipelines:binding-list", frozenset({"binding"})),
    PlatformTab("People", "portal:people-list", frozenset({"people"}), "user.change"),
    PlatformTab("Who may do what", "portal:right-explain", frozenset({"right"})),
    PlatformTab(
        "Health", "observability:objective-list", frozenset({"objective"}), "objective.read"
    ),
    PlatformTab("Settings", "portal:setting-list", frozenset({"setting"}), "settings.read"),
)
NOUNS = frozenset().union(*(tab.nouns for tab in TABS))


def tabs(user: User | None, noun: str) -> list[tuple[PlatformTab, bool]]:
    """Those that this person may open, and whether each is the page of this noun."""
    if user is None or noun not in NOUNS:
        return []
    shown = [tab for tab in TABS if access.may(user, tab.permission)]
    return [(tab, noun in tab.nouns) for tab in shown]
