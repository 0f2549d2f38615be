"""What a person does with what they were told: read it. Nobody audits what people read."""

from __future__ import annotations

from datetime import datetime

from portal.accounts import access
from portal.accounts.models import User
from portal.notifications.models import Notice


def mark_read(*, notice: Notice, user: User, now: datetime) -> Notice:
    """It was seen; the bell no longer counts it. Reading twice is reading once."""
    access.require(user, "notification.change")
    Notice.objects.filter(pk=notice.pk, user=user, read_at=None).update(read_at=now)
    notice.read_at = notice.read_at or now
    return notice


def mark_all_read(*, user: User, now: datetime, until: datetime | None = None) -> int:
    """Everything that had arrived by `until`: what came while someone looked stays unread."""
    access.require(user, "notification.change")
    rows = Notice.objects.filter(user=user, is_shown=True, read_at=None, at__lte=until or now)
    return rows.update(read_at=now)
