"""Which target understands which kind of artifact: named in settings, loaded by name."""

from __future__ import annotations

from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from deployments.targets.base import Target


@cache
def target_for(artifact_kind: str) -> Target:
    """The target of an artifact kind; an unknown kind is a bug of whoever cut the release."""
    return cast(Target, import_string(settings.DEPLOYMENT_TARGETS[artifact_kind])())
