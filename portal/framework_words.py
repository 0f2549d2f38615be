"""What REST framework, Django and json say in their words, in ours. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from json import JSONDecodeError
from typing import Any

MOST_CHOICES = 20
NO_TIME = "This is no time: write it as 2026-11-20T09:30:00Z."
KINDS = {
    "list": "a list",
    "str": "a text",
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "NoneType": "null",
    "dict": "an object",
}
NOTHING = "No data provided"
NO_OBJECT = re.compile(
    r"(?:Invalid data\. )?Expected a dictionary(?: of items)?,? but got (?:type )?\"?(\w+)\"?\."
)
NO_LIST = re.compile(r"Expected a list of items but got type \"(\w+)\"\.")
# What json says of a text, at a place that it tells as well
OF_JSON = {
    "Expecting value": "a value is missing",
    "Expecting property name enclosed in double quotes": "a name in double quotes is missing",
    "Expecting ',' delimiter": "a comma or a closing bracket is missing",
    "Expecting ':' delimiter": "a colon is missing",
    "Extra data": "something follows after its end",
    "Unterminated string starting at": "the text that begins here has no end",
    "Invalid control character at": "a line break or another control character stands in a text",
    "Invalid \\escape": "a backslash stands before what it can't stand before",
    "Invalid \\uXXXX escape": "\\u is not followed by four hexadecimal digits",
    "Illegal trailing comma before end of object": "a comma stands before the end",
    "Illegal trailing comma before end of array": "a comma stands before the end",
}


def ours(message: str) -> str:
    """One finding of a serializer; what is in our words already stays."""
    if message == NOTHING:
        return "This must be an object, not null."
    if found := NO_OBJECT.fullmatch(message):
        return f"This must be an object, not {KINDS.get(found[1], found[1])}."
    if found := NO_LIST.fullmatch(message):
        return f"This must be a list, not {KINDS.get(found[1], found[1])}."
    return message


def of_json(error: ValueError) -> str:
    """Why a body is no JSON, and where."""
    if isinstance(error, UnicodeDecodeError):
        return "This is no JSON: it is not UTF-8."
    if not isinstance(error, JSONDecodeError):
        return f"This is no JSON: {error}."
    what = OF_JSON.get(error.msg.removesuffix(": "), error.msg)
    return f"This is no JSON: {what} (line {error.lineno}, column {error.colno})."


def no_choice(value: object, choices: Iterable[Any]) -> str:
    """For what is none of a few words: which those are."""
    known = [str(one) for one in choices if str(one)]
    more = "" if len(known) <= MOST_CHOICES else f" and {len(known) - MOST_CHOICES} more"
    named = ", ".join(known[:MOST_CHOICES])
    return f"“{str(value)[:60]}” is none of these: {named}{more}."
