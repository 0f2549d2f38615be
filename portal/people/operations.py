"""Signing an access review."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from portal.accounts import access
from portal.accounts.models import User
from portal.audit import operations as audit
from portal.errors import Moved, Refused
from portal.people import queries
from portal.people.models import AccessReview

LONGEST = 1000


@transaction.atomic
def sign_off(*, digest: str, note: str = "", by: User, now: datetime) -> AccessReview:
    """Keep that this person reviewed the lines of this digest, which still hold."""
    access.require(by, "access.sign_off")
    if len(note) > LONGEST:
        raise Refused(f"A note has {LONGEST} characters at most.", field="note")
    reviewed = queries.reviewed(now=now)
    if digest.lower() != reviewed.digest:
        raise Moved(
            f"Who has access has changed since: the digest is {reviewed.digest[:7]} now, and you "
            f"reviewed {digest[:7]}. Open the review again and look at what changed.",
            field="digest",
        )
    signed = AccessReview.objects.create(
        signed_at=now,
        signed_by=by,
        digest=reviewed.digest,
        counts=reviewed.counts,
        note=note,
    )
    audit.record(
        verb="access.sign_off",
        by=by,
        now=now,
        kind="access",
        thing="who has access to what",
        thing_id=signed.pk,
        reason=note,
        after={"digest": reviewed.digest, "counts": reviewed.counts},
    )
    return signed
