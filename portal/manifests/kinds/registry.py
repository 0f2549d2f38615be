"""Which kind understands which word: named in settings, loaded by name."""

from __future__ import annotations

from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from portal.manifests.kinds.base import Kind


def names() -> list[str]:
    """The kinds that documents may say, in the order in which they are made."""
    return list(settings.MANIFEST_KINDS)


def kind_of(name: str) -> Kind:
    """The kind of this word; documents with other words were refused before."""
    return _loaded(settings.MANIFEST_KINDS[name])


@cache
def _loaded(path: str) -> Kind:
    return cast(Kind, import_string(path)())
