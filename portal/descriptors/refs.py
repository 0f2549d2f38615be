"""References to entities: `kind:namespace/name`, with what is left out filled in. Pure."""

from __future__ import annotations

import re
from typing import Any

DEFAULT = "default"
PART = r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?"
NAME = re.compile(PART)
NAMESPACE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
KIND = re.compile(r"[A-Za-z][A-Za-z0-9]{0,62}")
REF = re.compile(rf"(?:({KIND.pattern}):)?(?:({NAMESPACE.pattern})/)?({PART})")
LONGEST = 200  # characters


def full(kind: str, namespace: str, name: str) -> str:
    """The whole of it in small letters: two that differ only in these are one."""
    return f"{kind}:{namespace or DEFAULT}/{name}".lower()


def read(given: Any, kind: str, namespace: str) -> str:
    """What is meant where a field wants a `kind`, in an entity of `namespace`; "" if nothing.

    A text, or a mapping with `kind`, `namespace` and `name`.
    """
    if isinstance(given, dict):
        name = given.get("name")
        if not isinstance(name, str) or not NAME.fullmatch(name):
            return ""
        said = (given.get("kind") or kind, given.get("namespace") or namespace)
        return full(str(said[0]), str(said[1]), name)
    if not isinstance(given, str):
        return ""
    found = REF.fullmatch(given.strip())
    if not found or not (found[1] or kind):
        return ""
    return full(found[1] or kind, found[2] or namespace, found[3])


def parts(ref: str) -> tuple[str, str, str]:
    """Kind, namespace and name of a whole reference."""
    kind, _, rest = ref.partition(":")
    namespace, _, name = rest.partition("/")
    return kind, namespace, name


def short(ref: str, kind: str = "") -> str:
    """As people write it: without the namespace that all have, and without the kind expected."""
    of_kind, namespace, name = parts(ref)
    place = name if namespace == DEFAULT else f"{namespace}/{name}"
    return place if of_kind == kind.lower() else f"{of_kind}:{place}"
