"""What the component of a service is called: as it is, or a slug that says the same. Pure.

One name always leads to one component. Two names that are written differently and say the same
(CartService, cart_service) are one service: whoever may not send for it is refused either way.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from portal.names import is_slug, proposed

NAMELESS = "unknown_service"  # as SDKs call what nobody gave a name; they add the program's
MOST = 20  # names of one component that are kept and shown: there are endlessly many to write it


@lru_cache(maxsize=10_000)
def of(name: str) -> str:
    """The name of its component, where that is another one; else ""."""
    return "" if is_slug(name) or is_nameless(name) else proposed(name)


def is_nameless(name: str) -> bool:
    """Whether nobody said what it is called: many could be, and they are no service together."""
    return name.startswith(NAMELESS)


def called(names: Iterable[str]) -> dict[str, str]:
    """By service.name, of those whose component is called otherwise."""
    return {name: alias for name in names if (alias := of(name))}
