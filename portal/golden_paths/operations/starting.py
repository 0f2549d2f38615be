"""Answers kept while someone fills a path in, the dry run, and the start for good."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from portal.accounts import access
from portal.accounts.models import Team, User
from portal.audit.refusals import kept
from portal.errors import Moved, NotAllowed, NotFound, Refused
from portal.failpoints import hit
from portal.golden_paths import answers as fitting
from portal.golden_paths import planning, queries
from portal.golden_paths.definition import Definition, parsed
from portal.golden_paths.models import GoldenPath, PathRun, PathStep
from portal.golden_paths.operations import writing
from portal.golden_paths.planning import PathPlan
from portal.golden_paths.references import Known, resolved
from portal.golden_paths.steps.registry import step_for

LARGEST = 512 * 1024  # characters of all answers together


@transaction.atomic
def keep(
    *,
    path: str,
    answers: Mapping[str, Any],
    by: User,
    now: datetime,
    draft: PathRun | None = None,
    asked: Collection[str] | None = None,
    seen: str = "",
) -> PathRun:
    """Keep answers as they are, right or wrong, so that a closed browser loses nothing.

    `asked`: what their page asks; the draft's answers to others stay. `seen`: the draft's `seen`
    when they were given; where it was changed since, they come late and are left out.
    """
    offered = _offered(path, by)
    mine = _own_draft(draft, by) if draft else _draft(offered, by=by, now=now)
    if draft is None:
        _fill(mine, offered, answers, now)
    elif not seen or seen == mine.seen:
        beside = _beside(mine.answers, answers, asked)
        all_of_them = fitting.only_asked(_definition(offered), beside)
        if all_of_them != mine.answers or mine.version_id != offered.current_id:
            _fill(mine, offered, all_of_them, now)
    return mine


@transaction.atomic
def discard(*, draft: PathRun, by: User, now: datetime) -> None:
    """Throw away what was not started."""
    mine = _own_draft(draft, by)
    writing.note(mine, "golden_path.discard", by=by, now=now)
    mine.delete()


@kept("golden_path.start", "golden path", "path")
def start(
    *,
    path: str,
    answers: Mapping[str, Any],
    by: User,
    now: datetime,
    is_dry_run: bool = True,
    request_key: str = "",
    draft: PathRun | None = None,
) -> PathRun:
    """Start a path, by its name; or only say what it would do: that is the default.

    A dry run keeps the answers as a draft with its `plan` and does nothing else. For good: refused
    with every objection of the dry run. The same `request_key` of the same person is the same use.
    """
    try:
        return _start(path, answers, by, now, is_dry_run, request_key, draft)
    except IntegrityError as error:
        if "path_run_request_once" not in str(error):
            raise
        return PathRun.objects.select_related("path").get(started_by=by, request_key=request_key)


@transaction.atomic
def _start(
    path: str,
    answers: Mapping[str, Any],
    by: User,
    now: datetime,
    is_dry_run: bool,  # noqa: FBT001 - as `start` was asked
    request_key: str,
    draft: PathRun | None,
) -> PathRun:
    offered = _offered(path, by)
    if request_key and not is_dry_run:
        same = PathRun.objects.select_related("path").filter(started_by=by, request_key=request_key)
        if (found := same.first()) and found.state != PathRun.State.DRAFT:
            return found
    definition = _definition(offered)
    given = {name: value for name, value in answers.items() if value not in (None, "")}
    mine = _own_draft(draft, by) if draft else None
    if mine and not is_dry_run:
        _refuse_moved(mine, offered)
    plan = planning.plan(definition, given, by=by, now=now)
    if is_dry_run:
        _refuse_wrong(fitting.unknown(definition, given))  # it would be of other answers
    else:
        _refuse(definition, given, plan, by=by)
    run = mine or _draft(offered, by=by, now=now, is_audited=is_dry_run)
    _fill(run, offered, given, now, plan=plan)
    if is_dry_run:
        return run
    return _go(run, definition, by=by, now=now, request_key=request_key)


def _go(
    run: PathRun,
    definition: Definition,
    *,
    by: User,
    now: datetime,
    request_key: str,
) -> PathRun:
    run.state = PathRun.State(writing.refuse_unless(run, "start"))
    run.request_key, run.started_at, run.changed_at = request_key, now, now
    writing.set_going(run, by=by)
    run.save()
    hit("golden_paths.started")
    steps = [
        PathStep(
            run=run,
            order=order,
            name=step.id,
            kind=step.step,
            title=step.title or step_for(step.step).title,
            next_at=now if order == 1 else None,
        )
        for order, step in enumerate(definition.spec.steps, start=1)
    ]
    PathStep.objects.bulk_create(steps)
    hit("golden_paths.steps.written")
    GoldenPath.objects.filter(pk=run.path_id).update(used=F("used") + 1)
    after = {"version": run.version.number, "steps": [step.name for step in steps]}
    writing.note(run, "golden_path.start", by=by, now=now, after=after)
    writing.send(run)
    hit("golden_paths.starting")
    return run


def _offered(name: str, by: User) -> GoldenPath:
    """The path, if there is one that this person may start."""
    access.require(by, "golden_path.start")
    found = queries.path(name, by)
    if not found.is_offered:
        raise Refused(f"{found.title} is not offered any more. Ask {found.owner} what to use.")
    if not queries.may_start(found, by):
        raise NotAllowed(f"You may not start {found.title}. {queries.who_can_start(found)}")
    return found


def _definition(path: GoldenPath) -> Definition:
    assert path.current is not None
    return parsed(path.current.content)


def _own_draft(draft: PathRun, by: User) -> PathRun:
    """The draft, locked. Of other people's drafts nobody knows."""
    mine = PathRun.objects.filter(pk=draft.pk, started_by=by).first()
    if mine is None:
        raise NotFound("You have no such draft.")
    current = writing.locked(mine)
    writing.refuse_unless(current, "start")
    return current


def _draft(path: GoldenPath, *, by: User, now: datetime, is_audited: bool = True) -> PathRun:
    assert path.current is not None
    run = PathRun.objects.create(
        path=path,
        version=path.current,
        started_by=by,
        acts_for=by,
        token=by.token,
        created_at=now,
        changed_at=now,
    )
    run.refresh_from_db(fields=["number"])
    if is_audited:
        writing.note(run, "golden_path.draft", by=by, now=now)
    return run


def _beside(
    others: Mapping[str, Any], answers: Mapping[str, Any], asked: Collection[str] | None
) -> dict[str, Any]:
    """A page's answers beside those of the others; without a page they are all there is."""
    if asked is None:
        return dict(answers)
    kept = {name: value for name, value in others.items() if name not in asked}
    return kept | {name: value for name, value in answers.items() if name in asked}


def _fill(
    run: PathRun,
    path: GoldenPath,
    answers: Mapping[str, Any],
    now: datetime,
    plan: PathPlan | None = None,
) -> None:
    """Write answers down, and what follows from them: the subject, the team, the plan."""
    assert path.current is not None
    known = Known(answers, {})
    spec = _definition(path).spec
    run.version, run.answers, run.changed_at = path.current, _sized(answers), now
    run.subject = str(resolved(spec.subject, known) or "")[:200]
    team = resolved(spec.team, known) if spec.team else None
    run.team = Team.objects.filter(name=team).first() if team else None
    run.plan = plan.as_json() if plan else {}
    run.save()


def _refuse_moved(draft: PathRun, path: GoldenPath) -> None:
    if draft.version_id == path.current_id:
        return
    raise Moved(
        f"{path.title} has changed since you filled it in: {path.current} is there. Look at what "
        "it would do now."
    )


def _refuse(
    definition: Definition, answers: Mapping[str, Any], plan: PathPlan, *, by: User
) -> None:
    names = queries.name_problems(definition, answers, by=by)
    _refuse_wrong([*fitting.problems(definition, answers), *names])
    if plan.objections:
        first = plan.objections[0]
        raise Refused(
            first.message,
            field=f"answers.{first.answer}" if first.answer else None,
            details=[objection.as_detail() for objection in plan.objections],
        )


def _refuse_wrong(problems: Iterable[tuple[str, str]]) -> None:
    found = list(problems)
    if found:
        field, message = found[0]
        raise Refused(
            f"{field}: {message}",
            field=f"answers.{field}",
            details=[{"field": f"answers.{name}", "message": words} for name, words in found],
        )


def _sized(answers: Mapping[str, Any]) -> dict[str, Any]:
    if sum(len(str(value)) for value in answers.values()) > LARGEST:
        raise Refused("These answers are too long to be kept. Shorten them.")
    return dict(answers)
