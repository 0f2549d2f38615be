"""The API as it was released last, kept beside the code: what later changes are held to."""

from __future__ import annotations

import json
from pathlib import Path

from portal import schema
from portal.errors import Refused
from portal.reference.compatibility import Part, breaks, parts

RELEASED = Path(__file__).parent / "released" / "v1.json"


def now() -> dict[str, Part]:
    """As the code has it."""
    return parts(schema.document())


def released() -> dict[str, Part]:
    """As it was released last; empty before the first time."""
    if not RELEASED.exists():
        return {}
    return {
        place: Part(frozenset(kinds), frozenset(values), *marks)
        for place, (kinds, values, *marks) in json.loads(RELEASED.read_text()).items()
    }


def release() -> int:
    """Keep the API of the code as the released one; how many places it has. Raises Refused."""
    found = now()
    if broken := list(breaks(released(), found)):
        raise Refused(
            "This would break programs that use v1: " + "; ".join(broken) + ". Put back what went, "
            "or mark it as leaving, release that, and take it away after 180 days."
        )
    lines = (
        f"{json.dumps(place)}: {json.dumps(_kept(part))}" for place, part in sorted(found.items())
    )
    RELEASED.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    return len(found)


def _kept(part: Part) -> list[object]:
    marks = part.is_sent, part.is_required, part.is_leaving
    kept = [sorted(part.kinds), sorted(part.values), *marks]
    return kept if part.bounds is None else [*kept, part.bounds]
