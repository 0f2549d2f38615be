"""What the palette shows: groups of rows, the verbs of what one looks at first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import Resolver404, ResolverMatch, resolve, reverse
from django.utils.module_loading import import_string

from portal import frame, navigation
from portal.accounts import access
from portal.accounts.models import User
from portal.catalog import queries as catalog
from portal.palette.verbs import Verb, split
from portal.search import direct, queries, words
from portal.search.things import Hit
from portal.search.words import Asked

FOUND, OF_THESE = 8, 2  # rows of things; components whose verbs are shown when one is asked for


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a link, a dialog (`is_dialog`), or what the browser does by itself (`act`)."""

    label: str
    url: str
    icon: str
    note: str = ""
    keys: tuple[str, ...] = ()
    is_dialog: bool = False
    act: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under a heading; `name` is what the browser knows it by."""

    name: str
    title: str
    rows: tuple[Row, ...]


def groups(text: str, at: str, user: User) -> tuple[list[Group], tuple[str, ...]]:
    """What to show for what is typed on the page at this address, and the words that it is for.

    ">" before it leaves the verbs, "?" the handbook.
    """
    mode, text = (text[0], text[1:]) if text[:1] in {">", "?"} else ("", text)
    asked = words.asked(text, kind="page" if mode == "?" else "")
    is_numbered = bool(direct.numbers(asked))  # of "run 12" the first word is no verb
    is_named = bool(text.strip()) and (is_numbered or not asked.words)  # so no verb is meant
    here = _here(at, user) if mode != "?" and not is_named else []
    said, about = split(asked.words) if mode != "?" and not is_numbered else ((), ())
    named = words.asked(" ".join(about)) if about else asked
    found = [
        _context(here, asked),
        _to_others(said, about, user),
        _found(named, user) if mode != ">" else None,
        _places(asked) if not mode and not is_named else None,
        _doing(asked, user) if mode != "?" and not is_named else None,
        _elsewhere(text) if text.strip() and mode != ">" else None,
    ]
    return [group for group in found if group and group.rows], asked.words


def _here(at: str, user: User) -> list[Verb]:
    """What this person may do to what the page shows."""
    match = _match(at)
    if match is None:
        return []
    noun = match.view_name.rpartition(":")[2].partition("-")[0]
    if noun in navigation.COMPONENT_NOUNS and "name" in match.kwargs:
        return _to_components([match.kwargs["name"]], user)
    return [
        verb
        for path in navigation.VERBS.get(noun, ())
        for verb in import_string(path)(user, match.kwargs)
    ]


def _to_components(names: Sequence[str], user: User) -> list[Verb]:
    """What this person may do to these components, in this order."""
    rows = {row.name: row for row in catalog.components().filter(name__in=names)}
    return [
        verb
        for name in names
        if name in rows
        for path in navigation.COMPONENT_VERBS
        for verb in import_string(path)(user, rows[name])
    ]


def _match(at: str) -> ResolverMatch | None:
    try:
        return resolve(at.partition("?")[0])
    except Resolver404:
        return None


def _context(verbs: Sequence[Verb], asked: Asked) -> Group | None:
    fitting = [verb for verb in verbs if verb.fits(asked.words)]
    rows = tuple(_row(verb, verb.note) for verb in fitting)
    return Group("here", fitting[0].thing, rows) if fitting else None


def _found(asked: Asked, user: User) -> Group | None:
    if not asked and asked.number is None:
        return None
    answer = queries.find(asked, user, size=FOUND)
    hits = [*direct.hits(asked, answer.hits, user), *answer.hits]
    title = f"Found for “{answer.mended}”" if answer.mended else "Go to"
    return Group("found", title, tuple(_thing(hit) for hit in hits))


def _thing(hit: Hit) -> Row:
    return Row(
        hit.shown, hit.url, hit.icon, ", ".join(filter(None, (hit.note, hit.why or hit.team)))
    )


def _places(asked: Asked) -> Group:
    rows = (
        Row(entry.label, reverse(entry.url), entry.icon, keys=("g", entry.key))
        for entry in frame.places()
        if Verb(entry.label, "", "").fits(asked.words)
    )
    return Group("places", "Go to", tuple(rows))


def _doing(asked: Asked, user: User) -> Group:
    """What can be done anywhere."""
    rows = [_row(verb, verb.note) for verb in _anywhere(user) if verb.fits(asked.words)]
    return Group("do", "Do", tuple(rows))


def _anywhere(user: User) -> Iterable[Verb]:
    for permission, verb in navigation.ANYWHERE:
        if not permission or access.may(user, permission):
            yield replace(verb, url=reverse(verb.url)) if verb.url else verb


def _to_others(said: Sequence[str], about: Sequence[str], user: User) -> Group | None:
    """A sentence is begun: "roll back carrier" offers that for the components that it names."""
    if not said:
        return None
    question = words.asked(" ".join(about), kind="component")
    names = [hit.name for hit in queries.find(question, user, size=OF_THESE).hits]
    rows = [_row(verb, verb.thing) for verb in _to_components(names, user) if verb.fits(said)]
    return Group("others", "Do", tuple(rows))


def _elsewhere(text: str) -> Group:
    address = f"{reverse('portal:search')}?{urlencode({'q': text.strip()})}"
    return Group("all", "", (Row(f"Search everything for “{text.strip()}”", address, "search"),))


def _row(verb: Verb, note: str) -> Row:
    return Row(
        verb.label,
        verb.url,
        verb.icon,
        note,
        (verb.key,) if verb.key else (),
        verb.is_dialog,
        verb.act,
    )
