"""What was started with golden paths: lists, one with its steps, and what undoing would do."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from portal.accounts import access
from portal.accounts.models import User
from portal.errors import Moved, NotFound
from portal.golden_paths.definition import Definition, StepSpec, parsed
from portal.golden_paths.models import PathAttempt, PathRun, PathStep, PathVersion
from portal.golden_paths.queries.shelf import visible
from portal.golden_paths.steps import registry as steps

ABOUT = ("path", "version", "team", "started_by", "acts_for")


@dataclass(frozen=True, slots=True)
class Undoing:
    """A step that was done: what taking it back would do, or why it stays."""

    step: PathStep
    can_undo: bool
    words: str


@dataclass(frozen=True, slots=True)
class ChangeSince:
    """What the newest version of a path has that a use of an older one has not."""

    old: PathVersion
    new: PathVersion
    asked_now: list[str]  # titles of questions that were not there
    done_now: list[str]  # titles of steps that were not there
    gone: list[str]  # titles of steps that are no longer there


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


def drafts(by: User) -> QuerySet[PathRun]:
    """What someone has begun to fill in, newest first."""
    rows = PathRun.objects.select_related("path", "version")
    return rows.filter(started_by=by, state=PathRun.State.DRAFT).order_by("-pk")


def definition_of(run: PathRun) -> Definition:
    """The path as it was when this was started."""
    return parsed(run.version.content)


def step(run: PathRun, name: str) -> PathStep:
    """A step of it by its name; NotFound, in words, where there is none."""
    found = PathStep.objects.select_related("run__path").filter(run=run, name=name).first()
    if found is None:
        raise NotFound(f"{run.title} has no step “{name}”.")
    return found


def failed_step(run: PathRun, name: str = "") -> PathStep:
    """The step of this name, else the one that failed; Moved, in words, where none has."""
    if name:
        return step(run, name)
    rows = PathStep.objects.select_related("run__path").filter(run=run)
    found = rows.filter(state=PathStep.State.FAILED).first()
    if found is None:
        raise Moved(f"No step of {run.title} has failed.")
    return found


def may_change(run: PathRun, by: User) -> bool:
    """Whether this person may retry, cancel or undo it."""
    if by.pk == run.started_by_id:
        return access.may(by, "golden_path.start")
    if run.team is None:
        return by.is_platform and access.may(by, "golden_path.change")
    return access.may(by, "golden_path.change", run.team)


def change_since(run: PathRun) -> ChangeSince | None:
    """What has changed in its path since; None where it is of the newest version."""
    new = run.path.current
    if new is None or new.pk == run.version_id:
        return None
    before, now = definition_of(run), parsed(new.content)
    asked = {name for _, name, _ in before.questions}
    done = {step.id for step in before.spec.steps}
    still = {step.id for step in now.spec.steps}
    return ChangeSince(
        old=run.version,
        new=new,
        asked_now=[question.title for _, name, question in now.questions if name not in asked],
        done_now=[_title(step) for step in now.spec.steps if step.id not in done],
        gone=[_title(step) for step in before.spec.steps if step.id not in still],
    )


def _title(step: StepSpec) -> str:
    return step.title or steps.step_for(step.step).title
