"""Building the search anew out of what every floor has."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.module_loading import import_string

from portal import navigation
from portal.search import operations


def rebuild(only: Sequence[str] = ()) -> int:
    """Everything that can be found, or some kinds of it; returns how many things."""
    count = 0
    for path, kinds in navigation.FINDABLES.items():
        if not only or set(only) & set(kinds):
            count += operations.replace(kinds=kinds, things=import_string(path)())
    if not only or "component" in only:
        for path in navigation.LABELLED:
            for kind, name, labels in import_string(path)():
                operations.label(kind=kind, name=name, labels=labels)
    return count
