"""What the parts of a golden path must be to each other, beyond the shape of each. Pure.

Each rule yields (path, sentence, whether it is about the key). They read data that have the right
shape, so they speak after that is so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.files.findings import Path, listed, nearest
from portal.golden_paths import answers, references
from portal.golden_paths.definition import MOST_FIELDS, Definition, Question, StepSpec
from portal.golden_paths.references import Reference
from portal.names import SLUG_HINT, is_slug

Found = Iterator[tuple[Path, str, bool]]
ANSWER = re.compile(r"[a-z][a-z0-9_]{0,59}")
ANSWER_HINT = "lower-case letters, digits and underscores, beginning with a letter"
RESERVED = frozenset({"new", "options", "plan", "runs", "start"})  # they are addresses
PAGES: Path = ("spec", "pages")
STEPS: Path = ("spec", "steps")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a path may say of a kind of step: what it takes (and must), and what it gives."""

    takes: frozenset[str]
    needs: frozenset[str]
    gives: frozenset[str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that exist in this installation."""

    steps: Mapping[str, Facts]
    names: frozenset[str]  # kinds of things whose names can be offered
    verbs: frozenset[str]
    teams: frozenset[str]
    editors: frozenset[str]
    icons: frozenset[str] = field(default_factory=frozenset)


def problems(definition: Definition, known: Vocabulary) -> Found:
    """All that is wrong between the parts of a path."""
    for rule in RULES:
        yield from rule(definition, known)


def _metadata(definition: Definition, known: Vocabulary) -> Found:
    name, icon = definition.metadata.name, definition.metadata.icon
    path: Path = ("metadata", "name")
    if not is_slug(name):
        yield path, f"“{name}” can't be a name: use {SLUG_HINT}.", False
    elif name in RESERVED:
        yield path, f"“{name}” is an address of the portal itself. Name the path otherwise.", False
    if icon not in known.icons:
        yield ("metadata", "icon"), f"There is no icon “{icon}”.{nearest(icon, known.icons)}", False


def _permissions(definition: Definition, known: Vocabulary) -> Found:
    for word, who in (
        ("see", definition.spec.permissions.see),
        ("start", definition.spec.permissions.start),
    ):
        for number, team in enumerate(who.teams):
            if team not in known.teams:
                path: Path = ("spec", "permissions", word, "teams", number)
                yield path, f"There is no team “{team}”.{nearest(team, known.teams)}", False


def _editor(definition: Definition, known: Vocabulary) -> Found:
    editor = definition.spec.editor
    if editor and editor not in known.editors:
        near = nearest(editor, known.editors)
        yield ("spec", "editor"), f"There is no page “{editor}” to lead to.{near}", False


def _pages(definition: Definition, known: Vocabulary) -> Found:
    seen: set[str] = set()
    for number, page in enumerate(definition.spec.pages):
        at: Path = (*PAGES, number, "schema")
        if len(page.fields.properties) > MOST_FIELDS:
            words = f"A page asks for at most {MOST_FIELDS} things. Make two pages of this one."
            yield (*at, "properties"), words, True
        for place, name in enumerate(page.fields.required):
            if name not in page.fields.properties:
                near = nearest(name, page.fields.properties)
                yield (*at, "required", place), f"This page asks for no “{name}”.{near}", False
        for name, question in page.fields.properties.items():
            path = (*at, "properties", name)
            if not ANSWER.fullmatch(name):
                yield path, f"“{name}” can't name an answer: use {ANSWER_HINT}.", True
            if name in seen:
                yield path, f"“{name}” is asked for twice. Name one of them otherwise.", True
            yield from _decided(definition, path, question, seen)
            seen.add(name)
            yield from _question(path, question, known)


def _decided(definition: Definition, path: Path, question: Question, before: set[str]) -> Found:
    """What decides whether a question is asked was asked before it, and has few answers."""
    others = {name: other for _, name, other in definition.questions if name in before}
    for name, values in question.depends_on.items():
        at: Path = (*path, "x-slipway-when", name)
        if name not in others:
            words = f"No question before this one is called “{name}”.{nearest(name, others)}"
            yield at, words, True
            continue
        offered = [True, False] if others[name].type == "boolean" else others[name].enum or []
        if not offered:
            yield at, f"“{name}” has no `enum`, so it can't decide what is asked.", True
        for value in values:
            if offered and value not in offered:
                near = nearest(str(value), map(str, offered))
                yield at, f"“{value}” is no answer that “{name}” offers.{near}", False


def _question(path: Path, question: Question, known: Vocabulary) -> Found:
    offered = question.offered
    if offered and offered not in known.names:
        words = f"Names of “{offered}” can't be offered.{nearest(offered, known.names)} "
        inner = ("items",) if question.items and question.items.names else ()
        path_of_names = (*path, *inner, "x-slipway-names")
        yield path_of_names, f"{words}There are: {listed(sorted(known.names))}.", False
    if question.new and question.new not in known.names:
        words = f"Nobody knows which names of “{question.new}” are taken."
        yield (*path, "x-slipway-new"), f"{words}{nearest(question.new, known.names)}", False
    if (question.names or question.new) and question.type != "string":
        yield (*path, "type"), "A name is text: use `type: string`.", False
    if question.type == "array" and question.items is None:
        yield path, "Say what the list holds: `items: {type: string}`.", True
    if question.may and question.may not in known.verbs:
        near = nearest(question.may, known.verbs)
        yield (*path, "x-slipway-may"), f"There is no permission “{question.may}”.{near}", False
    yield from _values(path, question)


def _values(path: Path, question: Question) -> Found:
    if question.pattern is not None:
        try:
            re.compile(question.pattern)
        except re.error as error:
            yield (*path, "pattern"), f"This is no regular expression: {error}.", False
            return
    for option in question.titles:
        options = [str(each) for each in question.enum or ()]
        if option not in options:
            near = nearest(option, options)
            words = f"“{option}” has a title but is not in `enum`.{near}"
            yield (*path, "x-slipway-titles", option), words, True
    if question.default is not None and (found := answers.problem(question, question.default)):
        yield (*path, "default"), f"The default does not fit: {found}", False


def _steps(definition: Definition, known: Vocabulary) -> Found:
    seen: set[str] = set()
    for number, step in enumerate(definition.spec.steps):
        path: Path = (*STEPS, number)
        if not is_slug(step.id):
            yield (*path, "id"), f"“{step.id}” can't be an id: use {SLUG_HINT}.", False
        if step.id in seen:
            yield (*path, "id"), f"Two steps are called “{step.id}”. Rename one of them.", False
        seen.add(step.id)
        facts = known.steps.get(step.step)
        if facts is None:
            near = nearest(step.step, known.steps)
            words = f"There is no step “{step.step}”.{near} There are: {listed(known.steps)}."
            yield (*path, "step"), words, False
        else:
            yield from _given(path, step, facts)
        yield from _references(definition, known, number)


def _given(path: Path, step: StepSpec, facts: Facts) -> Found:
    for name in step.given:
        if name not in facts.takes:
            near = nearest(name, facts.takes)
            words = f"{step.step} takes no “{name}”.{near} It takes: {listed(sorted(facts.takes))}."
            yield (*path, "given", name), words, True
    for name in sorted(facts.needs - step.given.keys()):
        yield (*path, "given"), f"{step.step} needs `{name}`: give it.", True


def _references(definition: Definition, known: Vocabulary, number: int) -> Found:
    """What a step names was asked for, or is given by a step before it that is surely done."""
    step = definition.spec.steps[number]
    path: Path = (*STEPS, number)
    before = {one.id: one for one in definition.spec.steps[:number]}
    for at, text in _texts((*path, "given"), step.given):
        yield from _resolvable(definition, known, at, text, before, step.condition)
    if step.condition:
        at = (*path, "if")
        if references.sole(step.condition) is None:
            words = f"`if` is one reference and nothing else: {references.HINT}."
            yield at, words, False
        else:
            yield from _resolvable(definition, known, at, step.condition, before, "")


def _resolvable(
    definition: Definition,
    known: Vocabulary,
    path: Path,
    text: str,
    before: Mapping[str, StepSpec],
    condition: str,
) -> Found:
    for words, reference in references.inside(text):
        if reference is None:
            yield path, f"“{words}” is no reference. Write {references.HINT}.", False
        elif not reference.step:
            yield from _answered(definition, path, reference)
        else:
            yield from _given_before(known, path, reference, before, condition)


def _answered(definition: Definition, path: Path, reference: Reference) -> Found:
    asked = [name for _, name, _ in definition.questions]
    if reference.name not in asked:
        near = nearest(reference.name, asked)
        yield path, f"No page asks for “{reference.name}”.{near}", False


def _given_before(
    known: Vocabulary,
    path: Path,
    reference: Reference,
    before: Mapping[str, StepSpec],
    condition: str,
) -> Found:
    maker = before.get(reference.step)
    if maker is None:
        near = nearest(reference.step, before)
        yield path, f"No step before this one is called “{reference.step}”.{near}", False
        return
    facts = known.steps.get(maker.step)
    if facts is not None and reference.name not in facts.gives:
        near = nearest(reference.name, facts.gives)
        gives = listed(sorted(facts.gives)) or "nothing"
        words = f"{maker.step} gives no “{reference.name}”.{near} It gives: {gives}."
        yield path, words, False
    if maker.condition and maker.condition.strip() != condition.strip():
        words = f"“{maker.id}” is not always done: give this step the same `if`."
        yield path, words, False


def _words(definition: Definition, known: Vocabulary) -> Found:
    """The subject and the team come out of answers, links out of anything."""
    spec = definition.spec
    for name, text in (("subject", spec.subject), ("team", spec.team)):
        for words, reference in references.inside(text):
            if reference is None or reference.step:
                here = f"“{words}” can't stand here: only `${{{{ answers.name }}}}` can."
                yield ("spec", name), here, False
            else:
                yield from _answered(definition, ("spec", name), reference)
    steps = {step.id: step for step in spec.steps}
    for number, link in enumerate(spec.links):
        path: Path = ("spec", "links", number, "url")
        if not link.url.startswith(("/", "https://", "${{")):
            yield path, "Begin with “/” for a page of the portal, or with “https://”.", False
        for reference_words, reference in references.inside(link.url):
            if reference is None:
                yield path, f"“{reference_words}” is no reference. Write {references.HINT}.", False
            elif reference.step:
                condition = steps[reference.step].condition if reference.step in steps else ""
                yield from _given_before(known, path, reference, steps, condition)
            else:
                yield from _answered(definition, path, reference)


def _texts(path: Path, value: Any) -> Iterator[tuple[Path, str]]:
    """Every text inside of a value, with its place."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _texts((*path, str(key)), inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts((*path, number), inner)


RULES: tuple[Callable[[Definition, Vocabulary], Found], ...] = (
    _metadata,
    _permissions,
    _editor,
    _pages,
    _steps,
    _words,
)
