"""Building the search anew out of what every floor has."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.module_loading import import_string

from portal import navigation
from portal.search import operations
from portal.search.models import Findable, Kind

# What the start of a new database has put there already
OF_RELEASES = (Kind.PAGE, Kind.PATH)


def stale() -> tuple[str, ...]:
    """Kinds to build anew at a start: the handbook; () for all where nothing is known yet."""
    is_known = Findable.objects.exclude(kind__in=OF_RELEASES).exists()
    return (Kind.PAGE.value,) if is_known else ()


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
