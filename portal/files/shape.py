"""Whether data has the shape of a model of `spec.py`, told in words and with places. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from portal.files.findings import Path, dotted, listed, nearest

KINDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping of names to values",
    "model_type": "a mapping of names to values",
    "model_attributes_type": "a mapping of names to values",
}
BOUNDS = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}


def problems(
    model: type[BaseModel], data: Any, *, top: str = "the file"
) -> Iterator[tuple[Path, str, bool]]:
    """What does not fit: (path, sentence, whether it is about the key rather than the value).

    `top` is what sentences call the whole of the data.
    """
    try:
        model.model_validate(data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            path = tuple(part for part in detail["loc"] if part != "[key]")
            yield path, _words(model, path, detail, top), detail["type"] == "extra_forbidden"


def _words(model: type[BaseModel], path: Path, detail: ErrorDetails, top: str) -> str:
    name = dotted(path) or f"{top[0].upper()}{top[1:]}"
    if detail["type"] == "missing":
        return f"{name} is missing."
    if detail["type"] == "extra_forbidden":
        return _unknown(model, path, top)
    if detail["type"] == "literal_error":
        return _not_one_of(name, detail["input"], _options(model, path))
    return f"{name} {_about_value(detail)}"


def _about_value(detail: ErrorDetails) -> str:
    kind, given = detail["type"], detail["input"]
    context: Mapping[str, Any] = detail.get("ctx", {})
    if kind in KINDS:
        return f"must be {KINDS[kind]}, but is {_shown(given)}.{_hint(kind, given)}"
    if kind in BOUNDS:
        key, words = BOUNDS[kind]
        return f"is {_shown(given)}, but must be {words} {context[key]:g}."
    if kind in {"string_too_short", "too_short"}:
        return "is empty. Fill it in, or leave it out where it is not needed."
    if kind in {"string_too_long", "too_long"}:
        unit = "characters" if kind == "string_too_long" else "entries"
        return f"is too long: at most {context['max_length']} {unit}."
    return f"does not fit: {detail['msg']}."


def _unknown(model: type[BaseModel], path: Path, top: str) -> str:
    """A word that means nothing here: what may stand here instead."""
    *holder, word = path
    known = _fields(model, tuple(holder))
    where = f"in {dotted(tuple(holder))}" if holder else f"at the top of {top}"
    return (
        f"There is no “{word}” {where}.{nearest(str(word), known)} "
        f"Possible here: {listed(known, most=20)}."
    )


def _not_one_of(name: str, given: Any, options: list[str]) -> str:
    near = nearest(given, options) if isinstance(given, str) else ""
    if len(options) == 1:
        return f"{name} is {_shown(given)}, but must be {options[0]}."
    return f"{name} is {_shown(given)}, but must be one of {', '.join(options)}.{near}"


def _hint(kind: str, given: Any) -> str:
    if kind == "string_type" and isinstance(given, int | float | bool):
        return " Put it into quotes."
    return ""


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "empty"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _fields(model: type[BaseModel], path: Path) -> list[str]:
    found = _type_at(model, path)
    return list(_declared(found)) if _is_model(found) else []


def _options(model: type[BaseModel], path: Path) -> list[str]:
    return [str(option) for option in get_args(_type_at(model, path))]


def _type_at(model: type[BaseModel], path: Path) -> Any:
    """The declared type at a path, through lists, mappings and “or nothing”."""
    found: Any = model
    for part in path:
        if _is_model(found):
            found = _bare(_declared(found)[str(part)])
        else:  # list[X] or dict[str, X]
            found = _bare(get_args(found)[-1])
    return found


def _declared(model: type[BaseModel]) -> dict[str, Any]:
    """The declared types by name, as files spell the names."""
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _is_model(found: Any) -> bool:
    return isinstance(found, type) and issubclass(found, BaseModel)


def _bare(annotation: Any) -> Any:
    """A type without `Annotated` and without `| None`."""
    if hasattr(annotation, "__metadata__"):
        return _bare(annotation.__origin__)
    if get_origin(annotation) is UnionType or NoneType in get_args(annotation):
        return _bare(next(kind for kind in get_args(annotation) if kind is not NoneType))
    return annotation
