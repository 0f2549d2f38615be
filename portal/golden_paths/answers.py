"""Whether answers fit the pages that ask for them, told in words beside each field. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from portal.files.findings import listed, nearest
from portal.golden_paths.definition import Definition, Question

if TYPE_CHECKING:
    from jsonschema import FormatChecker, ValidationError

LONGEST = 4000  # characters of an answer that names no maxLength
KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "yes or no",
    "array": "a list",
}


def _is_date(value: object) -> bool:
    """A day as 2026-11-20; what is no text is another rule's matter."""
    if isinstance(value, str):
        date.fromisoformat(value)
        return len(value) == 10
    return True


@cache
def _formats() -> FormatChecker:
    formats: FormatChecker = import_module("jsonschema").FormatChecker(formats=())
    formats.checks("date", raises=ValueError)(_is_date)
    return formats


def asked(definition: Definition, answers: Mapping[str, Any]) -> dict[str, Question]:
    """The questions that are asked, after these answers to those before them."""
    found: dict[str, Question] = {}
    for _, name, question in definition.questions:
        decided = question.depends_on.items()
        if all(other in found and answers.get(other) in values for other, values in decided):
            found[name] = question
    return found


def only_asked(definition: Definition, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Without answers to questions that are not asked any more; what nobody asks at all stays."""
    known = {name for _, name, _ in definition.questions}
    open_ones = asked(definition, answers)
    return {k: value for k, value in answers.items() if k in open_ones or k not in known}


def problems(definition: Definition, answers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each answer that is missing, unknown or does not fit: (its name, a sentence)."""
    known = {name: question for _, name, question in definition.questions}
    yield from unknown(definition, answers)
    for number in range(len(definition.spec.pages)):
        yield from page_problems(definition, number + 1, answers)
    for name in known.keys() - asked(definition, answers).keys():
        if answers.get(name) not in (None, ""):
            yield name, _not_asked(known, name)


def unknown(definition: Definition, answers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each answer to what no page asks, such as a name that is misspelt."""
    known = [name for _, name, _ in definition.questions]
    for name in sorted(answers.keys() - set(known)):
        near, asked_for = nearest(name, known), listed(known, most=20)
        yield name, f"This path asks for no “{name}”.{near} It asks for: {asked_for}."


def page_problems(
    definition: Definition, number: int, answers: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """The same for what one page, counted from 1, asks; the first problem of each answer."""
    fields = definition.spec.pages[number - 1].fields
    open_ones = asked(definition, answers)
    for name, question in fields.properties.items():
        if name not in open_ones:
            continue
        if name not in answers or answers[name] in (None, ""):
            if name in fields.required:
                yield name, "Fill this in."
        elif message := problem(question, answers[name]):
            yield name, message


def _not_asked(known: Mapping[str, Question], name: str) -> str:
    deciding = [
        f"“{known[other].title}” is {' or '.join(_title(known[other], each) for each in values)}"
        for other, values in known[name].depends_on.items()
    ]
    return f"This is asked only where {' and '.join(deciding)}. Leave it out."


def _title(question: Question, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"“{question.titles.get(str(value), str(value))}”"


def problem(question: Question, value: Any) -> str:
    """Why a value is no answer to this question; "" where it is one."""
    if isinstance(value, str) and len(value) > (question.maxLength or LONGEST):
        return f"This is too long: at most {question.maxLength or LONGEST} characters."
    # Loaded when somebody answers: it takes a second where all of its formats are installed.
    validator = import_module("jsonschema").Draft202012Validator
    errors = validator(_schema(question), format_checker=_formats()).iter_errors(value)
    error = next(iter(errors), None)
    return _words(question, error) if error else ""


def _schema(question: Question) -> dict[str, Any]:
    """The words that JSON Schema knows; ours and the descriptive ones are left out."""
    ours = {"title", "description", "default", "examples", "names", "new", "may", "ui"}
    ours |= {"titles", "pattern_words", "when"}
    schema = question.model_dump(exclude=ours, exclude_none=True)
    if question.items:
        schema["items"] = question.items.model_dump(exclude={"names"}, exclude_none=True)
    if question.type != "array":
        schema.pop("uniqueItems", None)
    return schema


def _words(question: Question, error: ValidationError) -> str:
    kind, given = str(error.validator), error.instance
    bound: Any = error.validator_value
    if kind == "type":
        return f"This must be {KINDS.get(bound, bound)}."
    if kind == "enum":
        return f"“{given}” is not offered. Choose one of {listed(map(str, bound), most=20)}."
    if kind == "pattern":
        return question.pattern_words or f"This does not fit the pattern {bound}."
    return _about_size(kind, bound)


def _about_size(kind: str, bound: Any) -> str:
    return {
        "minLength": f"This is too short: at least {bound} characters.",
        "maxLength": f"This is too long: at most {bound} characters.",
        "minimum": f"This must be at least {bound}.",
        "maximum": f"This must be at most {bound}.",
        "minItems": "Choose at least one." if bound == 1 else f"Choose at least {bound}.",
        "maxItems": f"Choose at most {bound}.",
        "uniqueItems": "Each may stand here once.",
        "format": "Write a day such as 2026-11-20.",
    }.get(kind, "This does not fit.")
