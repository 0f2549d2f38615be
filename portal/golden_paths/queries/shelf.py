"""Which golden paths there are for someone, and what their files may say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, QuerySet

from portal.accounts import access
from portal.accounts.models import Team, User
from portal.errors import NotFound
from portal.golden_paths.definition import Definition, Who, parsed
from portal.golden_paths.models import GoldenPath, PathVersion
from portal.golden_paths.names import registry as names
from portal.golden_paths.references import sole
from portal.golden_paths.rules import Facts, Vocabulary
from portal.golden_paths.steps import registry as steps
from portal.golden_paths.steps.base import Step
from portal.icons import OUTLINES


@dataclass(frozen=True, slots=True)
class Card:
    """A path as it is offered to someone."""

    path: GoldenPath
    may_start: bool


@dataclass(frozen=True, slots=True)
class Described:
    """A step of a path, for whoever looks at it before."""

    title: str
    kind: str
    condition: str  # the question that it depends on, "" where it is always done
    can_undo: bool


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of step, for whoever writes a path."""

    name: str
    step: Step


def vocabulary(teams: Iterable[str] | None = None) -> Vocabulary:
    """The words that a path may use here; `teams` are those that it may name, else all."""
    return Vocabulary(
        steps={kind: _facts(kind) for kind in steps.kinds()},
        names=frozenset(names.kinds()),
        verbs=frozenset(access.BOOK),
        teams=frozenset(Team.objects.values_list("name", flat=True) if teams is None else teams),
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
    """The paths that this person is shown, most used first. There are tens of them."""
    rows = paths(search=search, all_of_them=all_of_them).order_by("-used", "title")
    return [path for path in rows if _fits(by, definition(path).spec.permissions.see)]


def cards(by: User, *, search: str = "") -> list[Card]:
    """What someone is offered, and whether they may take it."""
    return [Card(path, may_start(path, by)) for path in visible(by, search=search)]


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


def described(path: GoldenPath) -> list[Described]:
    """The steps of what people start now."""
    meant = definition(path)
    asked = {name: question.title for _, name, question in meant.questions}
    found = []
    for spec in meant.spec.steps:
        step = steps.step_for(spec.step)
        reference = sole(spec.condition)
        found.append(
            Described(
                title=spec.title or step.title,
                kind=spec.step,
                condition=asked.get(reference.name, "") if reference else "",
                can_undo=step.can_undo and spec.undo == "auto",
            )
        )
    return found


def kinds() -> list[Kind]:
    """Every kind of step that a path may use."""
    return [Kind(name, steps.step_for(name)) for name in steps.kinds()]
