"""Saying how a page was, and answering."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from portal.accounts import access
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.audit.refusals import kept
from portal.errors import Moved, Refused
from portal.feedback.models import Feedback
from portal.notifications import operations as notifications
from portal.notifications.models import Kind

# The name of an address, as the resolver has it. Anything else that a form sends is left out.
PAGE = re.compile(r"[a-z_]{1,20}:[a-z0-9-]{1,59}")
LONGEST = 1000
MOST = 20  # in an hour, of one person
HOUR = timedelta(hours=1)


@transaction.atomic
def give(
    *, author: User, thumb: str, now: datetime, page: str = "", sentence: str = ""
) -> Feedback:
    """Say whether a page helped. It stands nowhere in the audit: an opinion changes nothing."""
    access.require(author, "feedback.give")
    if thumb not in Feedback.Thumb.values:
        raise Refused("Choose a thumb: up or down.", field="thumb")
    if len(sentence) > LONGEST:
        raise Refused(f"Say it in {LONGEST:,} characters.", field="sentence")
    lately = Feedback.objects.filter(author=author, given_at__gt=now - HOUR)
    if len(lately.values_list("pk")[:MOST]) >= MOST:
        raise Refused(
            f"You have said {MOST} things within an hour: thank you. The platform team reads them "
            "first; say the next one later."
        )
    return Feedback.objects.create(
        page=page if PAGE.fullmatch(page) else "",
        thumb=thumb,
        sentence=sentence.strip(),
        author=author,
        release=settings.VERSION,
        given_at=now,
    )


@kept("feedback.handle", "feedback", "feedback")
@transaction.atomic
def handle(*, feedback: Feedback, by: User, now: datetime, answer: str = "") -> Feedback:
    """Put it aside as dealt with; an answer reaches who gave it as a notification."""
    access.require(by, "feedback.handle")
    answer = answer.strip()
    done = Feedback.objects.filter(pk=feedback.pk, handled_at=None).update(
        handled_at=now, handled_by=by, answer=answer
    )
    if not done:
        raise Moved("Someone has dealt with this already.")
    feedback.refresh_from_db()
    audit.record(
        verb="feedback.handle",
        by=by,
        now=now,
        kind="feedback",
        thing=feedback.subject,
        thing_id=feedback.pk,
        reason=answer,
    )
    if answer:
        notifications.notify(
            kind=Kind.FEEDBACK_ANSWERED,
            key=str(feedback.pk),
            subject=f"{by.full_name} answered your feedback on “{feedback.subject}”",
            text=answer,
            link="/feedback/",
            person=feedback.author,
            now=now,
        )
    return feedback
