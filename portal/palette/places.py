"""Places that the palette leads to: of the rail, further lists, and the tabs of the platform."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.urls import reverse

from portal import frame, navigation, platform_tabs
from portal.accounts import access
from portal.accounts.models import User
from portal.palette.verbs import Verb


def fitting(words: Sequence[str], user: User) -> list[Verb]:
    """Those that this person may open: called so before those that people only call so."""
    found = [
        place
        for permission, place in _every()
        if replace(place, note="").fits(words) and access.may(user, permission)
    ]
    return sorted(found, key=lambda place: not replace(place, also="", note="").fits(words))


def _every() -> Iterator[tuple[str, Verb]]:
    """Each once, with the permission that it takes; the rail's own wait for no word."""
    shown = set()
    for entry in frame.places():
        keys = f"g {entry.key}"
        yield "look", Verb(entry.label, reverse(entry.url), entry.icon, also=entry.also, key=keys)
        shown.add(entry.url)
    for place in navigation.LISTS:
        yield "look", replace(place, url=reverse(place.url))
        shown.add(place.url)
    for tab in platform_tabs.TABS:
        if tab.url not in shown:
            yield tab.permission, _tab(tab)


def _tab(tab: platform_tabs.PlatformTab) -> Verb:
    url, note = reverse(tab.url), "Platform"
    return Verb(tab.label, url, "resource", note=note, also=tab.also, is_quick=False)
