"""Writing: begin a draft, change it by a form or as a text, go back to what it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from pipelines.drafts import starting
from pipelines.drafts.models import Draft
from pipelines.drafts.operations import keeping
from pipelines.drafts.queries import lists
from pipelines.transformations.models import Version
from portal.accounts import access
from portal.accounts.models import Team, User
from portal.errors import Refused
from portal.files import document
from portal.files.mending import mended
from portal.files.writing import written

Change = Callable[[dict[str, Any]], dict[str, Any]]


@transaction.atomic
def begin(
    *,
    team: Team,
    by: User,
    now: datetime,
    title: str = "",
    name: str = "",
    text: str = "",
    base: Version | None = None,
) -> Draft:
    """A new draft: of a title, of a text, or (with `base`) of a version that exists.

    With `base` and no name the draft is of the same transformation, else of a copy under that name.
    Whoever brings a whole file of a transformation of this team means to change it.
    """
    access.require(by, "draft.change", team)
    if base is None and text:
        base = lists.newest_of(keeping.said_by(text)["name"], team)
    if base is not None and not text:
        text = _of_version(base, team, title=title, name=name)
    if not text:
        name = name or starting.slug(title)
        text = written(starting.blank(title=title, name=name, team=team.name))
    said = keeping.said_by(text)
    draft = Draft.objects.create(
        team=team,
        text=keeping.normal(text),
        name=said["name"],
        title=said["title"],
        base=base if base and base.transformation.component.name == said["name"] else None,
        created_by=by,
        created_at=now,
        changed_by=by,
        changed_at=now,
    )
    draft.refresh_from_db(fields=["number"])
    keeping.revise(draft, draft.text, 1, words="began", by=by, now=now)
    keeping.note("draft.begin", draft, by=by, now=now)
    return draft


def save(
    *,
    draft: Draft,
    text: str,
    seen: int,
    by: User,
    now: datetime,
    words: str = "the file",
    is_typing: bool = False,
    is_leaving: bool = False,
) -> Draft:
    """Put another text in its place. Overtaken where `seen` no longer is the revision that stands.

    Nothing about the text is judged here: a draft may be as wrong as it is while one writes.
    """
    access.require(by, "draft.change", draft.team)
    said = _Said(seen, words, is_typing=is_typing, is_leaving=is_leaving)
    return _put(draft, lambda *_: text, said, by=by, now=now)


def edit(
    *,
    draft: Draft,
    change: Change,
    words: str,
    seen: int,
    by: User,
    now: datetime,
    is_typing: bool = False,
    is_leaving: bool = False,
) -> Draft:
    """Change what the text says and leave the rest of it alone: comments, layout, order.

    The change is made to the revision that the person saw.
    """
    access.require(by, "draft.change", draft.team)

    def changed(held: Draft, seen: int) -> str:
        text = held.text if held.revision == seen else keeping.text_at(held, seen)
        return mended(text, change(keeping.readable(text)))

    said = _Said(seen, words, is_typing=is_typing, is_leaving=is_leaving)
    return _put(draft, changed, said, by=by, now=now)


@dataclass(frozen=True, slots=True)
class _Said:
    """What somebody changed, and on which revision.

    A page that closes sends what it still has, part by part, and hears nothing of what became of
    the part before: with `is_leaving` one's own newer revisions are those that one has seen.
    """

    seen: int
    words: str
    is_typing: bool
    is_leaving: bool


def _put(
    draft: Draft, make: Callable[[Draft, int], str], said: _Said, *, by: User, now: datetime
) -> Draft:
    with transaction.atomic():
        held = Draft.objects.select_for_update(of=("self",)).select_related("team").get(pk=draft.pk)
        keeping.refuse_closed(held)
        seen = keeping.caught_up(held, said.seen, by) if said.is_leaving else said.seen
        text = make(held, seen)
        _refuse_long(text)
        aside = None
        if held.text != keeping.normal(text):
            if held.revision != seen:
                aside = keeping.set_aside(held, text, words=said.words, by=by, now=now)
            else:
                keeping.replace(
                    held, text, words=said.words, is_typing=said.is_typing, by=by, now=now
                )
    if aside is not None:
        raise keeping.Overtaken(held, keeping.newest(held), aside)
    return held


def go_back(*, draft: Draft, to: int, seen: int, by: User, now: datetime) -> Draft:
    """Let an earlier revision (or one that was kept aside) stand again, as a new one."""
    words = f"went back to revision {to}"
    return save(
        draft=draft, text=keeping.text_at(draft, to), seen=seen, by=by, now=now, words=words
    )


def _refuse_long(text: str) -> None:
    if len(text.encode("utf-8", "surrogatepass")) > document.LONGEST:
        raise Refused(f"The file is larger than {document.LONGEST // 1024} kB. Shorten it.")
    if "\0" in text:
        raise Refused("The file holds a zero character. Remove it.")


def _of_version(base: Version, team: Team, *, title: str, name: str) -> str:
    if not name:
        return base.file
    return mended(
        base.file,
        starting.copied(keeping.readable(base.file), title=title, name=name, team=team.name),
    )
