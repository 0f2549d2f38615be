"""What someone may do to what the page shows, what a sentence names, what their teams have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.module_loading import import_string

from portal import navigation
from portal.accounts.models import User
from portal.catalog import queries as catalog
from portal.catalog.models import Component
from portal.palette.verbs import Sentence, Verb
from portal.search import queries, words

OF_THESE, OF_YOURS = 2, 5  # components whose verbs are shown


def here(at: str, user: User) -> list[Verb]:
    """What this person may do to what the page at this address shows."""
    match = _match(at)
    if match is None:
        return []
    noun = match.view_name.rpartition(":")[2].partition("-")[0]
    own = [
        verb
        for path in navigation.VERBS.get(noun, ())
        for verb in import_string(path)(user, match.kwargs)
    ]
    if noun in navigation.COMPONENT_NOUNS and "name" in match.kwargs:
        own += _named([match.kwargs["name"]], user)
    once: dict[str, Verb] = {}
    for verb in own:
        once.setdefault(verb.url, verb)  # of a version both its page and its component tell
    return list(once.values())


def to_others(said: Sentence, user: User) -> list[Verb]:
    """ "roll back carrier production": that, for the components and the place that it names."""
    about = said.about or said.where  # a component may be called as an environment is
    if not about:
        return []
    question = words.asked(" ".join(about), kind="component")
    names = [hit.name for hit in queries.find(question, user, size=OF_THESE).hits]
    return [verb for verb in _named(names, user) if verb.fits([*said.said, *said.where])]


def to_yours(said: Sentence, user: User) -> list[Verb]:
    """ "roll back": that, for the first of what this person's teams have.

    In the foremost environment of each, where none is named.
    """
    return [
        verb
        for component in catalog.components_of(user)[:OF_YOURS]
        for verb in _of(component, user)
        if verb.fits([*said.said, *said.where]) and (verb.is_quick or said.where)
    ]


def _named(names: Sequence[str], user: User) -> list[Verb]:
    """What this person may do to these components, in this order."""
    rows = {row.name: row for row in catalog.components().filter(name__in=names)}
    return [verb for name in names if name in rows for verb in _of(rows[name], user)]


def _of(component: Component, user: User) -> Iterator[Verb]:
    for path in navigation.COMPONENT_VERBS:
        offered: Iterable[Verb] = import_string(path)(user, component)
        yield from offered


def _match(at: str) -> ResolverMatch | None:
    try:
        return resolve(at.partition("?")[0])
    except Resolver404:
        return None
