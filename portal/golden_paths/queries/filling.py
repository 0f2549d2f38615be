"""What pages of a path ask: names that are offered, answers that don't fit, how they are shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.accounts.models import User
from portal.errors import NotFound
from portal.golden_paths import answers as fitting
from portal.golden_paths.definition import Definition, Question
from portal.golden_paths.models import PathRun
from portal.golden_paths.names import registry as names
from portal.golden_paths.names.base import Choice


@dataclass(frozen=True, slots=True)
class Problem:
    """An answer that does not fit: on which page, what was asked, and what is wrong."""

    page: int
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Answered:
    """A page with what was answered, as people read it."""

    number: int
    title: str
    rows: list[tuple[str, str]]


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


def problems(definition: Definition, answers: Mapping[str, Any], *, by: User) -> list[Problem]:
    """All that hinders a start, of the answers alone; each answer once, in the pages' order."""
    wrong = dict(fitting.problems(definition, answers))
    for name, words in name_problems(definition, answers, by=by):
        wrong.setdefault(name, words)
    asked = {name: (page, question.title) for page, name, question in definition.questions}
    found = [Problem(*asked.get(name, (1, name)), words) for name, words in wrong.items()]
    return sorted(found, key=lambda problem: problem.page)


def answered(definition: Definition, answers: Mapping[str, Any]) -> list[Answered]:
    """The answers, page by page; what was left open is left out."""
    found = []
    for number, page in enumerate(definition.spec.pages, start=1):
        rows = [
            (question.title, _shown(question, answers[name]))
            for name, question in page.fields.properties.items()
            if answers.get(name) not in (None, "", [])
        ]
        found.append(Answered(number, page.title, rows))
    return found


def offered(kind: str, by: User, verb: str, search: str, most: int) -> Sequence[Choice]:
    """Names of a kind that this person may use; NotFound for a kind that nobody offers."""
    if kind not in names.kinds():
        raise NotFound(f"Names of “{kind}” can't be offered.")
    return names.names_of(kind).offered(by=by, verb=verb, search=search, most=most)


def prefilled(definition: Definition, given: Mapping[str, str], by: User) -> dict[str, Any]:
    """Answers out of an address (`?component=x`), or those of an earlier use (`?from=12`)."""
    earlier: dict[str, Any] = {}
    if (number := given.get("from", "")).isdecimal() and len(number) < 19:
        run = PathRun.objects.filter(number=int(number), started_by=by).first()
        earlier = run.answers if run else {}
    found = {}
    for _, name, question in definition.questions:
        value = given.get(name, earlier.get(name, question.default))
        if value is not None and not fitting.problem(question, value):
            found[name] = value
    return fitting.only_asked(definition, found)


def _shown(question: Question, value: Any) -> str:
    """An answer in words: the title of an option, yes and no, a list with commas."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    text = question.titles.get(str(value), str(value))
    return f"{len(text):,} characters" if question.ui == "code" else text
