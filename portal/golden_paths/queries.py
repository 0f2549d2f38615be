"""Questions about golden paths: which there are for someone, what was started, what it would take
back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet

from portal.accounts import access
from portal.accounts.models import Team, User
from portal.errors import NotFound
from portal.golden_paths.definition import Definition, Who, parsed
from portal.golden_paths.models import GoldenPath, PathAttempt, PathRun, PathStep, PathVersion
from portal.golden_paths.names import registry as names
from portal.golden_paths.rules import Facts, Vocabulary
from portal.golden_paths.steps import registry as steps
from portal.icons import OUTLINES

ABOUT = ("path", "version", "team", "started_by", "acts_for")


@dataclass(frozen=True, slots=True)
class Undoing:
    """A step that was done: what taking it back would do, or why it stays."""

    step: PathStep
    can_undo: bool
    words: str


def vocabulary() -> Vocabulary:
    """The words that a path may use here."""
    return Vocabulary(
        steps={kind: _facts(kind) for kind in steps.kinds()},
        names=frozenset(names.kinds()),
        verbs=frozenset(access.BOOK),
        teams=frozenset(Team.objects.values_list("name", flat=True)),
        editors=frozenset(settings.GOLDEN_PATH_EDITORS),
        icons=frozenset(OUTLINES),
    )


def _facts(kind: str) -> Facts:
    step = steps.step_for(kind)
    needed = {name for name, declared in step.takes.items() if declared.is_required}
    return Facts(frozenset(step.takes), frozenset(needed), frozenset(step.gives))


def paths(*, search: str = "", all_of_them: bool = False) -> QuerySet[GoldenPath]:
    """Paths that are offered, with what people start of them; by words in name and sentence."""
    rows = GoldenPath.objects.select_related("current").exclude(current=None)
    if not all_of_them:
        rows = rows.filter(is_offered=True)
    for word in search.split():
        rows = rows.filter(
            Q(name__icontains=word) | Q(title__icontains=word) | Q(description__icontains=word)
        )
    return rows


def visible(by: User, *, search: str = "", all_of_them: bool = False) -> list[GoldenPath]:
    """The paths that this person is shown, by title. There are tens of them, not thousands."""
    rows = paths(search=search, all_of_them=all_of_them).order_by("title")
    return [path for path in rows if _fits(by, definition(path).spec.permissions.see)]


def path(name: str, by: User) -> GoldenPath:
    """The path of this name, offered or not; NotFound where there is none for this person."""
    found = paths(all_of_them=True).filter(name=name).first()
    if found is None or not _fits(by, definition(found).spec.permissions.see):
        raise NotFound(f"There is no golden path called “{name}”. The list shows those for you.")
    return found


def definition(path: GoldenPath) -> Definition:
    """What people start now."""
    assert path.current is not None
    return parsed(path.current.content)


def versions(path: GoldenPath) -> QuerySet[PathVersion]:
    """All versions of a path, the newest first."""
    return path.versions.select_related("created_by").order_by("-number")


def version(path: GoldenPath, number: int) -> PathVersion:
    found = versions(path).filter(number=number).first()
    if found is None:
        raise NotFound(f"There is no version {number} of {path.title}.")
    return found


def may_start(path: GoldenPath, by: User) -> bool:
    """Whether the path's own file lets this person start it."""
    return _fits(by, definition(path).spec.permissions.start)


def who_can_start(path: GoldenPath) -> str:
    """The sentence for someone who may not."""
    who = definition(path).spec.permissions.start
    role = "People" if who.role == "anyone" else f"{who.role.capitalize()}s"
    if who.role == "platform":
        return f"People with the platform role can. Ask {path.owner}."
    where = f" of {', '.join(who.teams)}" if who.teams else " of a team"
    return f"{role}{where} can. Ask {path.owner}."


def _fits(by: User, who: Who) -> bool:
    return access.is_among(by, who.role, who.teams)


def name_problems(
    definition: Definition, answers: Mapping[str, Any], *, by: User
) -> Iterator[tuple[str, str]]:
    """Answers that name what this person may not use, or that give a taken name."""
    for _, name, question in definition.questions:
        value = answers.get(name)
        if value in (None, "", []):
            continue
        for each in value if isinstance(value, list) else [value]:
            words = ""
            if question.offered:
                offered = names.names_of(question.offered)
                words = offered.refusal(name=str(each), by=by, verb=question.may or "")
            elif question.new:
                words = names.names_of(question.new).taken(name=str(each))
            if words:
                yield name, words
                break


# --- What was started ----------------------------------------------------------------------------
def runs(*, by: User, whose: str = "", path: str = "", state: str = "") -> QuerySet[PathRun]:
    """Uses of paths that this person may know of; to be paged by falling identity.

    Drafts are everyone's own. `whose` "mine" leaves out those of others.
    """
    rows = PathRun.objects.select_related(*ABOUT)
    mine = Q(started_by=by)
    if whose == "mine":
        rows = rows.filter(mine)
    else:
        shown = [each.pk for each in visible(by, all_of_them=True)]
        rows = rows.filter(mine | Q(path__in=shown) & ~Q(state=PathRun.State.DRAFT))
    given = {"path__name": path, "state": state}
    return rows.filter(**{name: value for name, value in given.items() if value})


def details(by: User) -> QuerySet[PathRun]:
    """Uses with steps and attempts, in their order: three queries for one."""
    attempts = Prefetch("attempts", PathAttempt.objects.order_by("number"))
    ordered = Prefetch("steps", PathStep.objects.order_by("order").prefetch_related(attempts))
    return runs(by=by).select_related("path__current").prefetch_related(ordered)


def run(number: int, by: User) -> PathRun:
    """One use with everything about it; NotFound, in words, where there is none."""
    found = details(by).filter(number=number).first()
    if found is None:
        raise NotFound(f"Nothing was started under the number {number}, or it is not for you.")
    return found


def draft(number: int, by: User) -> PathRun:
    """Something of one's own that was not started yet."""
    rows = PathRun.objects.select_related(*ABOUT, "path__current")
    found = rows.filter(number=number, started_by=by, state=PathRun.State.DRAFT).first()
    if found is None:
        raise NotFound("You have no such draft. It may have been started or thrown away.")
    return found


def undoing(run: PathRun) -> list[Undoing]:
    """What undoing would do to each step that was done, in the order in which it would."""
    done = (PathStep.State.DONE, PathStep.State.LEFT)
    definition = parsed(run.version.content)
    rows = PathStep.objects.filter(run=run, state__in=done).order_by("-order")
    return [_undoing(definition, step) for step in rows]


def _undoing(definition: Definition, row: PathStep) -> Undoing:
    spec = definition.step(row.name)
    step = steps.step_for(row.kind)
    if not step.can_undo:
        return Undoing(row, can_undo=False, words="What it did can't be taken back.")
    if spec is None or spec.undo == "never":
        return Undoing(row, can_undo=False, words="The path says that it stays.")
    made = row.outputs or row.kept
    return Undoing(row, can_undo=True, words=step.undoing(given=row.given, outputs=made))
