"""Which names can be offered: by kind, named in settings, loaded by name."""

from __future__ import annotations

from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from portal.golden_paths.names.base import Names


def kinds() -> list[str]:
    """The words that `x-slipway-names` may say."""
    return sorted(settings.GOLDEN_PATH_NAMES)


def names_of(kind: str) -> Names:
    """The names of this kind; an unknown kind can't have been published."""
    return _loaded(settings.GOLDEN_PATH_NAMES[kind])


@cache
def _loaded(path: str) -> Names:
    return cast(Names, import_string(path)())
