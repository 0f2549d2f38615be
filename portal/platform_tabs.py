"""The pages of the platform team, one beside the other: who has not the permission sees no tab."""

from __future__ import annotations

from dataclasses import dataclass

from portal.accounts import access
from portal.accounts.models import User

KEEPS = "user.change"  # whoever may do this keeps the platform


@dataclass(frozen=True, slots=True)
class PlatformTab:
    """A page by its URL name; `nouns` are the nouns of the names that belong to it.

    Without any it is a list that everybody comes to by the rail: there the tabs stand for those
    alone who keep it. `also` are other words that people say for it.
    """

    label: str
    url: str
    nouns: frozenset[str] = frozenset()
    permission: str = "look"
    also: str = ""

    @property
    def name(self) -> str:
        return self.url.partition(":")[2]


TABS = (
    PlatformTab("Queues and workers", "portal:worker-list", frozenset({"worker", "queue"})),
    PlatformTab("Bulk actions", "pipelines:bulk-action-list", frozenset({"bulk"})),
    PlatformTab("People", "portal:people-list", frozenset({"people"}), "user.change", "users"),
    PlatformTab(
        "Who may do what", "portal:right-explain", frozenset({"right"}), also="rights permissions"
    ),
    PlatformTab("Environments", "deployments:environment-list"),
    PlatformTab("Bindings", "pipelines:binding-list", frozenset({"binding"})),
    PlatformTab("Golden paths", "portal:golden-path-list"),
    PlatformTab("Catalog sources", "portal:catalog-source-list"),
    PlatformTab("Event sources", "observability:event-source-list"),
    PlatformTab(
        *("Health", "observability:objective-list", frozenset({"objective"}), "objective.read"),
        also="objectives",
    ),
    PlatformTab("Settings", "portal:setting-list", frozenset({"setting"}), "settings.read"),
)
NOUNS = frozenset().union(*(tab.nouns for tab in TABS))


def tabs(user: User | None, name: str) -> list[tuple[PlatformTab, bool]]:
    """Those that this person may open, and whether each is the page of this URL name."""
    noun = name.partition("-")[0]
    here = next((tab for tab in TABS if noun in tab.nouns or tab.name == name), None)
    if user is None or here is None:
        return []
    if not here.nouns and not access.may(user, KEEPS):
        return []
    return [(tab, tab is here) for tab in TABS if access.may(user, tab.permission)]
