"""The ticks of the sealer and of who keeps its heads."""

from __future__ import annotations

import logging
from typing import Any

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from portal.audit import keeping, operations

log = logging.getLogger(__name__)


@shared_task
def seal(**_: Any) -> None:
    operations.seal(now=timezone.now())


@shared_task
def keep_head(**_: Any) -> None:
    """A folder that takes nothing is no bug: whoever runs Slipway is told."""
    try:
        keeping.keep(now=timezone.now())
    except OSError as error:
        log.error(  # noqa: TRY400 - the sentence says all of it
            "The head of the audit can't be kept in %s: %s.", settings.AUDIT_HEADS, error.strerror
        )
