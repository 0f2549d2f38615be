"""What the palette shows: groups of rows, the verbs of what one looks at first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse

from portal import navigation
from portal.accounts import access
from portal.accounts.models import User
from portal.palette import offers, places
from portal.palette.verbs import Sentence, Verb, sentence
from portal.search import direct, queries, words
from portal.search.things import Hit
from portal.search.words import Asked

FOUND = 8  # rows of things
YOURS = "Of your teams. For others say the name: “roll back carrier”"


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
    mode, text = (text[0], text[1:].strip()) if text[:1] in {">", "?"} else ("", text.strip())
    asked = words.asked(text, kind="page" if mode == "?" else "")
    if request := direct.requested(asked, user):
        return [_things("Found", request)], ()
    is_named = bool(text) and bool(direct.numbers(asked) or not asked.words)  # so no verb is meant
    if mode == "?" or is_named:
        shown = [_things(*_found(asked, Sentence(), user))] if mode != ">" else []
    else:
        shown = _offered(asked, at, user, is_verbs=mode == ">")
    shown += [_elsewhere(text)] if text and mode != ">" else []
    return [group for group in shown if group.rows], asked.words


def _offered(asked: Asked, at: str, user: User, *, is_verbs: bool) -> list[Group]:
    """What can be done here, then to what is named, then where it leads to and what is found."""
    said = sentence(asked.words, _environments, is_begun=is_verbs)
    here = [verb for verb in offers.here(at, user) if verb.fits(asked.words)]
    others = offers.to_others(said, user)
    mine = offers.to_yours(said, user) if said.is_open and not here else []
    yours = _verbs("yours", YOURS, [replace(verb, note=verb.thing) for verb in mine])
    return [
        _verbs("here", here[0].thing if here else "", here),
        _verbs("others", "Do", [replace(verb, note=verb.thing) for verb in others]),
        *([yours] if is_verbs else _led_to(asked, said, user, yours)),
        _verbs("do", "Do", [verb for verb in _anywhere(user) if verb.fits(asked.words)]),
    ]


def _environments() -> list[str]:
    return [name for name, _ in navigation.environments()]


def _led_to(asked: Asked, said: Sentence, user: User, yours: Group) -> list[Group]:
    """Places and what is yours, then what is found: that first where it is called just so."""
    going = places.fitting(asked.words, user)
    title, hits = _found(asked, said, user)
    is_place = bool(going) and going[0].label.lower() == asked.text.lower()
    is_called_so = any(hit.name == asked.phrase for hit in hits)
    led, found = [_verbs("places", "Go to", going), yours], _things(title, hits)
    return [found, *led] if is_called_so and not is_place else [*led, found]


def _found(asked: Asked, said: Sentence, user: User) -> tuple[str, list[Hit]]:
    """Things that have all the words; where no component has, those that a sentence is about."""
    if not asked and asked.number is None:
        return "", []
    if said.about and not queries.names("component", asked.text).exists():
        asked = words.asked(" ".join(said.about))
    named, answer = direct.find(asked, user, size=FOUND)
    title = f"Found for “{answer.mended}”" if answer.mended else "Found"
    return title, [*named, *answer.hits]


def _things(title: str, hits: Sequence[Hit]) -> Group:
    return Group("found", title, tuple(_thing(hit) for hit in hits))


def _thing(hit: Hit) -> Row:
    return Row(
        hit.shown, hit.url, hit.icon, ", ".join(filter(None, (hit.note, hit.why or hit.team)))
    )


def _anywhere(user: User) -> Iterable[Verb]:
    for permission, verb in navigation.ANYWHERE:
        if not permission or access.may(user, permission):
            yield replace(verb, url=reverse(verb.url)) if verb.url else verb


def _elsewhere(text: str) -> Group:
    address = f"{reverse('portal:search')}?{urlencode({'q': text})}"
    return Group("all", "", (Row(f"Search everything for “{text}”", address, "search"),))


def _verbs(name: str, title: str, verbs: Iterable[Verb]) -> Group:
    return Group(name, title, tuple(_row(verb) for verb in verbs))


def _row(verb: Verb) -> Row:
    keys = tuple(verb.key.split())
    return Row(verb.label, verb.url, verb.icon, verb.note, keys, verb.is_dialog, verb.act)
