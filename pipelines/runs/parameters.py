"""The values a run works with: declared by the file, set by the environment, given by a person.

Pure. A declaration is {"type", "default"?, "minimum"?, "maximum"?, "enum"?}; values are JSON.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any

Declared = Mapping[str, Mapping[str, Any]]


class ParameterProblem(Exception):
    """A value that does not fit its declaration, in words."""

    def __init__(self, message: str, name: str) -> None:
        super().__init__(message)
        self.message = message
        self.name = name


def resolve(
    declared: Declared, *, configured: Mapping[str, Any], given: Mapping[str, Any]
) -> dict[str, Any]:
    """All declared parameters: the value given, else configured, else the file's default."""
    for name in given:
        if name not in declared:
            raise ParameterProblem(_unknown(name, declared), name)
    values: dict[str, Any] = {}
    for name, declaration in declared.items():
        if name in given:
            value = given[name]
        elif name in configured:
            value = configured[name]
        elif "default" in declaration and declaration["default"] is not None:
            value = declaration["default"]
        else:
            raise ParameterProblem(f"The parameter {name} has no default: give it a value.", name)
        values[name] = fit(name, value, declaration)
    return values


def rebind(values: Mapping[str, Any], declared: Declared) -> dict[str, Any]:
    """The values of a run for another version: new parameters take their default, old ones go."""
    known = {name: value for name, value in values.items() if name in declared}
    return resolve(declared, configured={}, given=known)


def fit(name: str, value: Any, declaration: Mapping[str, Any]) -> Any:
    """The value if it fits its declaration; else ParameterProblem says what would."""
    kind = declaration["type"]
    if not _is_a(kind, value):
        raise ParameterProblem(f"{name} is {json.dumps(value)}, but must be {WORDS[kind]}.", name)
    minimum, maximum = declaration.get("minimum"), declaration.get("maximum")
    if minimum is not None and value < minimum:
        raise ParameterProblem(f"{name} is {value}, but must be at least {minimum}.", name)
    if maximum is not None and value > maximum:
        raise ParameterProblem(f"{name} is {value}, but must be at most {maximum}.", name)
    allowed = declaration.get("enum")
    if allowed and value not in allowed:
        options = ", ".join(map(str, allowed))
        raise ParameterProblem(f"{name} is {value}, but must be one of {options}.", name)
    return float(value) if kind == "number" else value


def words(values: Mapping[str, Any]) -> str:
    """ "month=1, region=north", for a sentence."""
    return ", ".join(f"{name}={value}" for name, value in values.items())


def digest(values: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the canonical JSON of the values: part of a run's identity."""
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


WORDS = {
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "boolean": "true or false",
    "date": "a date such as 2026-11-20",
}


def _is_a(kind: str, value: Any) -> bool:
    if kind == "boolean":
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    if kind == "integer":
        return isinstance(value, int)
    if kind == "number":
        return isinstance(value, int | float)
    return isinstance(value, str) and (kind != "date" or _is_date(value))


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _unknown(name: str, declared: Declared) -> str:
    near = get_close_matches(name, declared, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    known = ", ".join(declared) or "none"
    return f"There is no parameter {name}.{hint} This version declares: {known}."
