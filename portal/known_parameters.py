"""What may stand behind the ? of an address of the API: what its reference names, nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry

from portal.errors import Refused

OF_PAGES = ("cursor", "limit", "ordering")  # every list has them: said after its filters
LONGEST = 60  # characters of a name that is said back

Names = tuple[str, ...]
_read: dict[tuple[type[Any], str, str, str], Names] = {}  # of each operation once a process


def refuse_others(view: Any, verb: str, sent: Iterable[str]) -> None:
    """Refuse a parameter that nobody reads: a list would answer as if nobody had narrowed it."""
    known = names(view, verb)
    for name in sent:
        if name not in known:
            raise Refused(_words(view, name[:LONGEST], known), field=name[:LONGEST])


def reads_header(view: Any, verb: str, name: str) -> bool:
    """Whether an operation heeds this header of its own."""
    return name in names(view, verb, "header")


def names(view: Any, verb: str, place: str = "query") -> Names:
    """All that an operation reads of its address, in the order in which people are told of it.

    `place`: or what it reads elsewhere, as its reference calls that.
    """
    key = (type(view), getattr(view, "action", "") or "", verb, place)
    if key not in _read:
        found = _declared(view, verb, place)
        _read[key] = tuple(sorted(found, key=lambda name: name in OF_PAGES))
    return _read[key]


def _declared(view: Any, verb: str, place: str) -> list[str]:
    """Asked of what writes the reference, so that there is no second list of them."""
    said = getattr(getattr(view, verb), "kwargs", {}).get("schema")
    schema: AutoSchema = said() if said else type(view.schema)()
    schema.view, schema.method, schema.path = view, verb.upper(), ""
    schema.registry = ComponentRegistry()
    found = schema._get_parameters()  # noqa: SLF001 - there is no public name for this part of it
    return [one["name"] for one in found if one["in"] == place]


def _words(view: Any, name: str, known: Names) -> str:
    kind = "filter" if getattr(view, "action", "") == "list" else "parameter"
    if not known:
        return f"There is no {kind} “{name}” here: this address takes none."
    near = get_close_matches(name, known, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"There is no {kind} “{name}” here. There are: {', '.join(known)}.{hint}"
