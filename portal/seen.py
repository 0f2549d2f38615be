"""What somebody saw of a thing before they change it: what is different by then is not overwritten.

Pages say it in a hidden field, programs in If-Match. Operations compare it under the row's lock.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.errors import Moved, Refused

HEADER = "If-Match"
ANY = "*"
# Proxies that compress make tags weak; what people type has no quotes.
TAG = re.compile(r'\s*(?:(?:W/)?"([!#-~]*)"|([!#-+\--~]+))\s*')


class Stale(Moved):
    """What the program wants to change is no longer what it saw."""

    status = 412
    kind = "stale"


@dataclass(frozen=True, slots=True)
class Seen:
    """Tags, one of which has to be that of what stands there. None of them: whatever does."""

    tags: frozenset[str] = frozenset()
    is_program: bool = False

    def require(self, facts: Mapping[str, Any] | None, called: str) -> None:
        """Refused unless these are the facts that were seen; no facts: it is not there."""
        standing = digest(facts)
        if not self.tags or standing in self.tags or (facts is not None and ANY in self.tags):
            return
        words = f"Someone else changed {called} meanwhile. Look at what stands there now, then"
        if self.is_program:
            raise Stale(f"{words} change it again with the ETag that it has then.", field=HEADER)
        raise Moved(f"{words} change it again.")


ANYTHING = Seen()


def on_page(tag: str) -> Seen:
    """What a form holds of the page on which it stood; nothing where it holds nothing."""
    return Seen(frozenset({tag})) if tag else ANYTHING


def in_header(header: str | None) -> Seen:
    """What If-Match says: tags with commas between them, or `*` for whatever stands there."""
    if header is None:
        return ANYTHING
    found = [TAG.fullmatch(each) for each in header.split(",")]
    tags = frozenset(each[1] or each[2] or "" for each in found if each)
    if None in found or not all(tags):
        raise Refused(
            f"This {HEADER} names nothing: send the ETag of what you saw, as it was answered.",
            field=HEADER,
        )
    return Seen(tags, is_program=True)


def digest(facts: Mapping[str, Any] | None) -> str:
    """Of what people may change of a thing, as it is now; None where it is not there yet."""
    text = json.dumps(facts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def etag(facts: Mapping[str, Any]) -> str:
    return f'"{digest(facts)}"'
