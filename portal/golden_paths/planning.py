"""The dry run: what each step would do for this person, in words. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from portal.accounts.models import User
from portal.errors import Refused
from portal.golden_paths import answers as fitting
from portal.golden_paths.definition import Definition, StepSpec
from portal.golden_paths.references import Known, Unknown, is_true, resolved, sole
from portal.golden_paths.steps import base
from portal.golden_paths.steps.base import Plan, Step, Thing
from portal.golden_paths.steps.registry import step_for

Standing = Literal["would", "open", "skipped", "refused"]
NOTHING: tuple[Any, ...] = (None, "", [])


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a step would be refused: at which step, and about which answer ("" for none)."""

    step: str
    message: str
    answer: str = ""
    page: int = 0

    def as_detail(self) -> dict[str, object]:
        """In the form that `Refused` carries."""
        field = f"answers.{self.answer}" if self.answer else ""
        return {"message": self.message, "step": self.step, "field": field}


@dataclass(frozen=True, slots=True)
class StepPlan:
    """What one step would do. `open`: an answer is still missing."""

    name: str
    kind: str
    title: str
    stands: Standing
    words: str = ""
    can_undo: bool = False
    makes: tuple[Thing, ...] = ()
    edit: base.Edit | None = None


@dataclass(frozen=True, slots=True)
class PathPlan:
    """What a path would do with these answers, step by step."""

    steps: tuple[StepPlan, ...]
    objections: tuple[Objection, ...]

    @property
    def makes(self) -> list[Thing]:
        """All that there would be afterwards, in the order in which it is made."""
        return [thing for step in self.steps for thing in step.makes]

    @property
    def is_complete(self) -> bool:
        """Every step knows what it would do."""
        return all(step.stands != "open" for step in self.steps)

    def as_json(self) -> dict[str, Any]:
        return {
            "steps": [
                asdict(step) | {"makes": [list(thing) for thing in step.makes]}
                for step in self.steps
            ],
            "objections": [asdict(objection) for objection in self.objections],
        }


def plan(
    definition: Definition, answers: Mapping[str, Any], *, by: User, now: datetime
) -> PathPlan:
    """Ask each step in order; what earlier ones would make is told to later ones.

    Answers that do not fit their question are as good as none.
    """
    answers = _fitting(definition, answers)
    ahead: set[Thing] = set()
    outputs: dict[str, Mapping[str, Any]] = {}
    steps: list[StepPlan] = []
    objections: list[Objection] = []
    for spec in definition.spec.steps:
        known = Known(answers, outputs)
        step = step_for(spec.step)
        if not _is_asked_for(spec, known):
            steps.append(_stands(spec, step, "skipped", "Not asked for."))
            continue
        given = _given(spec, known)
        if missing := _missing(definition, spec, step, given, known):
            steps.append(_stands(spec, step, "open", missing))
            continue
        found = _planned(step, given, by, now, frozenset(ahead))
        ahead |= set(found.makes)
        if found.outputs or not found.objections:
            outputs[spec.id] = found.outputs
        steps.append(_stands(spec, step, "refused" if found.objections else "would", found=found))
        objections += [
            _objection(definition, spec, each.message, each.given) for each in found.objections
        ]
    return PathPlan(tuple(steps), tuple(objections))


def _stands(
    spec: StepSpec, step: Step, stands: Standing, words: str = "", found: Plan | None = None
) -> StepPlan:
    return StepPlan(
        name=spec.id,
        kind=spec.step,
        title=spec.title or step.title,
        stands=stands,
        words=found.words if found else words,
        can_undo=step.can_undo and spec.undo == "auto",
        makes=found.makes if found else (),
        edit=found.edit if found else None,
    )


def _planned(
    step: Step, given: Mapping[str, Any], by: User, now: datetime, ahead: frozenset[Thing]
) -> Plan:
    try:
        return step.plan(given=given, by=by, now=now, ahead=ahead)
    except Refused as refused:  # the word of a query or an operation that it asked
        objection = base.Objection(refused.message, refused.field or "")
        return Plan(step.title, objections=(objection,))


def _is_asked_for(spec: StepSpec, known: Known) -> bool:
    """A condition on something that is not there yet may still come true."""
    if not spec.condition:
        return True
    try:
        return is_true(resolved(spec.condition, known))
    except Unknown as unknown:
        return str(unknown) in known.outputs


def _given(spec: StepSpec, known: Known) -> dict[str, Any]:
    """What it would be given, without what is not known yet and what was left open."""
    given = {}
    for name, value in spec.given.items():
        try:
            found = resolved(value, known)
        except Unknown:
            continue
        if found not in NOTHING:
            given[name] = found
    return given


def _fitting(definition: Definition, answers: Mapping[str, Any]) -> dict[str, Any]:
    asked = fitting.asked(definition, answers)
    return {
        name: value
        for name, value in answers.items()
        if name in asked and not fitting.problem(asked[name], value)
    }


def _missing(
    definition: Definition, spec: StepSpec, step: Step, given: Mapping[str, Any], known: Known
) -> str:
    """What a step needs and nothing has said yet, in words; "" for nothing."""
    for name, declared in step.takes.items():
        if name in given or name not in spec.given:
            continue
        maker = _maker(spec.given[name], known)
        if maker and (maker not in known.outputs or declared.is_required):
            return "Comes after the steps before it."
        is_awaited = declared.is_required or _is_awaited(definition, spec.given[name], known)
        if not maker and is_awaited:
            return f"Needs {declared.words}."
    return ""


def _is_awaited(definition: Definition, value: Any, known: Known) -> bool:
    """It is an answer that a page still insists on."""
    reference = sole(value)
    if reference is None or reference.step:
        return False
    is_asked = reference.name in fitting.asked(definition, known.answers)
    return is_asked and any(
        reference.name in page.fields.required for page in definition.spec.pages
    )


def _maker(value: Any, known: Known) -> str:
    """The step that will say it, where no answer does; "" for none."""
    try:
        resolved(value, known)
    except Unknown as unknown:
        return str(unknown)
    return ""


def _objection(definition: Definition, spec: StepSpec, message: str, given: str) -> Objection:
    reference = sole(spec.given.get(given, ""))
    answer = reference.name if reference and not reference.step else ""
    return Objection(spec.id, message, answer, definition.page_of(answer) if answer else 0)
