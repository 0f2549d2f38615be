"""How revisions are kept: one that stands, those before it, and those that came too late."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max

from pipelines.drafts.models import Draft, DraftRevision
from pipelines.transformations.outline import Outline
from portal.accounts import access
from portal.accounts.models import Team, User
from portal.audit import operations as audit
from portal.errors import Moved, Refused
from portal.files import document
from portal.files.events import Unreadable
from portal.names import in_one_line

ONE_SITTING = timedelta(seconds=45)  # changes of one kind within it are one entry of the history
STEPS_KEPT_FOR = timedelta(hours=12)
MOST_REVISIONS = 200


class Overtaken(Moved):
    """Somebody else saved first. `kept` is the revision that holds what was sent."""

    def __init__(self, draft: Draft, newest: DraftRevision, kept: DraftRevision) -> None:
        super().__init__(
            f"{newest.by.full_name} {newest.deed} as revision "
            f"{newest.number} meanwhile. Yours is kept beside it as revision {kept.number}: "
            "compare the two and take one.",
            details=[{"message": newest.words, "revision": newest.number, "kept": kept.number}],
        )
        self.draft, self.newest, self.kept = draft, newest, kept


class Closed(Refused):
    """It is no draft any more: somebody discarded or registered it."""


def replace(
    draft: Draft, text: str, *, words: str, is_typing: bool, by: User, now: datetime
) -> None:
    """Let another text stand; what the row says for lists follows it."""
    last = newest(draft)
    goes_on = (
        is_typing
        and last.by_id == by.pk
        and last.words == words
        and last.number == draft.revision
        and now - last.since_at < ONE_SITTING
    )
    number = _next_number(draft)
    said = said_by(text)
    draft.text, draft.revision = normal(text), number
    draft.name, draft.title = said["name"], said["title"]
    draft.changed_by, draft.changed_at = by, now
    draft.team = _team_said(said["team"], draft.team, by)
    draft.save(
        update_fields=["text", "revision", "name", "title", "changed_by", "changed_at", "team"]
    )
    since = last.since_at if goes_on else now  # a sitting ends, however long one types
    if goes_on:
        last.is_step = True
        last.save(update_fields=["is_step"])
    revise(draft, draft.text, number, words=words, by=by, now=now, since=since)
    if not goes_on:
        _forget_oldest(draft, now)
        note("draft.change", draft, by=by, now=now, after={"words": words, "revision": number})


def set_aside(draft: Draft, text: str, *, words: str, by: User, now: datetime) -> DraftRevision:
    """Keep what came too late. What the same person sent late before it is replaced by it."""
    DraftRevision.objects.filter(draft=draft, is_aside=True, by=by, words=words).delete()
    number = _next_number(draft)
    found = revise(draft, normal(text), number, words=words, by=by, now=now, is_aside=True)
    facts = {"words": words, "revision": number, "kept": "beside"}
    note("draft.change", draft, by=by, now=now, after=facts)
    return found


def revise(
    draft: Draft,
    text: str,
    number: int,
    *,
    words: str,
    by: User,
    now: datetime,
    is_aside: bool = False,
    since: datetime | None = None,
) -> DraftRevision:
    """Write down what the draft says now, or what somebody would have had it say."""
    return DraftRevision.objects.create(
        draft=draft,
        number=number,
        text=text,
        words=words[:200],
        is_aside=is_aside,
        by=by,
        at=now,
        since_at=since or now,
    )


def newest(draft: Draft) -> DraftRevision:
    """The revision that stands."""
    return draft.revisions.select_related("by").get(number=draft.revision)


def _next_number(draft: Draft) -> int:
    last: int = draft.revisions.aggregate(last=Max("number"))["last"] or 0
    return max(last, draft.revision) + 1


def _forget_oldest(draft: Draft, now: datetime) -> None:
    """Steps are kept for those who still have one of them on their screen."""
    draft.revisions.filter(is_step=True, at__lt=now - STEPS_KEPT_FOR).delete()
    whole = draft.revisions.filter(is_step=False).exclude(number=1)
    old = whole.order_by("-number").values_list("pk", flat=True)[MOST_REVISIONS:]
    DraftRevision.objects.filter(pk__in=list(old)).delete()


def text_at(draft: Draft, number: int) -> str:
    """What a revision says."""
    found = draft.revisions.filter(number=number).first()
    if found is None:
        raise Refused(f"Revision {number} is no longer kept. Load the page again.")
    return found.text


def caught_up(draft: Draft, seen: int, by: User) -> int:
    """The revision that stands, where nobody else has changed anything since the one seen."""
    since = draft.revisions.filter(number__gt=seen, number__lte=draft.revision)
    return seen if since.exclude(by=by).exists() else draft.revision


def refuse_closed(draft: Draft) -> None:
    """Only an open draft can be changed."""
    if draft.is_open:
        return
    if draft.state == Draft.State.DISCARDED:
        raise Closed("This draft was discarded. Bring it back, then go on.")
    raise Closed("This draft was registered already. Begin another one from its version.")


def readable(text: str) -> dict[str, Any]:
    """The data of a text that a form can change."""
    try:
        found = document.read(text)
    except Unreadable as unreadable:
        raise Refused(
            f"{unreadable.finding.message} Mend it in the file, then the form goes on."
        ) from unreadable
    if not isinstance(found.data, dict):
        raise Refused("The file is no mapping of names to values. Mend it in the file first.")
    return found.data


def said_by(text: str) -> dict[str, str]:
    """What a text says about itself, as far as it can be read."""
    try:
        outline = Outline(document.read(text).data)
    except Unreadable:
        outline = Outline(None)
    said = {name: outline.text("metadata", name)[:200] for name in ("name", "title", "team")}
    return {**said, "title": in_one_line(said["title"])}


def _team_said(name: str, held: Team, by: User) -> Team:
    """The team that the text names, if the person may write for it; else it stays where it is."""
    if name == held.name:
        return held
    found = Team.objects.filter(name=name).first()
    return found if found and access.may(by, "draft.change", found) else held


def normal(text: str) -> str:
    """With line feeds only."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def note(verb: str, draft: Draft, *, by: User, now: datetime, **more: Any) -> None:
    """In the transaction of what was done."""
    audit.record(
        verb=verb,
        by=by,
        now=now,
        kind="draft",
        thing=draft,
        thing_id=draft.pk,
        component=draft.name[:60],
        team=draft.team.name,
        **more,
    )
