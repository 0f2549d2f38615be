"""Which step understands which word: named in settings, loaded by name."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from portal.golden_paths.steps.base import Step


def kinds() -> Iterable[str]:
    """The words that paths may use, in order."""
    return sorted(settings.GOLDEN_PATH_STEPS)


def step_for(kind: str) -> Step:
    """The step of this word; an unknown word can't have been published."""
    return _loaded(settings.GOLDEN_PATH_STEPS[kind])


@cache
def _loaded(path: str) -> Step:
    return cast(Step, import_string(path)())
