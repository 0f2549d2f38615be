"""Every write of the catalog from elsewhere: its sources, reading them, removing orphans."""

from portal.entities.operations.changing import change, facts_of
from portal.entities.operations.claiming import sweep
from portal.entities.operations.hooks import Heard, Unproven, hear
from portal.entities.operations.removing import remove_orphans
from portal.entities.operations.sources import ask, create, remove, rotate, send, switch
from portal.entities.operations.syncing import work

__all__ = [
    "Heard",
    "Unproven",
    "ask",
    "change",
    "create",
    "facts_of",
    "hear",
    "remove",
    "remove_orphans",
    "rotate",
    "send",
    "sweep",
    "switch",
    "work",
]
