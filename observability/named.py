"""The port to what records name: runs, deliveries and deployments by their identity, clients by
their name.

`NAMED_IN_RECORDS` in the settings names a function of the floors above by noun. One that breaks is
left out, and said in the log: the record is shown all the same. `IDENTIFIED_BY_NUMBER` names those
that know the identity behind a number, which is what people write.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Page:
    """A page as a link calls it: "Run 42"."""

    words: str
    url: str


class Contributor(Protocol):
    """The pages of those of these that exist, by what the record calls them: one query by index."""

    def __call__(self, names: Collection[str]) -> Mapping[str, Page]: ...


class Numbered(Protocol):
    """The identities of those of these numbers that are given: one query by index."""

    def __call__(self, numbers: Collection[int]) -> Mapping[int, UUID]: ...


def pages(names: Mapping[str, str]) -> dict[str, Page]:
    """The page of each noun's thing, where there is one. Whatever a sender wrote may stand here."""
    found: dict[str, Page] = {}
    for noun, path in settings.NAMED_IN_RECORDS.items():
        name = names.get(noun, "")
        if not name:
            continue
        try:
            contributor: Contributor = import_string(path)
            known = contributor([name])
        except Exception:
            log.exception("%s named no page", path)
            continue
        if page := known.get(name):
            found[noun] = page
    return found


def identified(noun: str, numbers: Collection[int]) -> Mapping[int, UUID]:
    """The identities of runs or deployments that have these numbers; one query."""
    known: Numbered = import_string(settings.IDENTIFIED_BY_NUMBER[noun])
    return known(numbers)


def identities(names: Collection[str]) -> dict[UUID, str]:
    """Those names that are identities, with how the record writes them."""
    found: dict[UUID, str] = {}
    for name in names:
        try:
            found[UUID(name)] = name
        except ValueError:
            continue
    return found
