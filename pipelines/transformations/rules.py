"""What the parts of a file must be to each other, beyond the shape of each. Pure.

Each rule yields (path, sentence) and reads the outline, so a fault elsewhere does not hide it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from pipelines.connections.sources.formats import ENDINGS, format_of
from pipelines.runs import parameters
from pipelines.schedules import placeholders
from pipelines.transformations import column_types, paths, schedules
from pipelines.transformations.outline import Outline
from portal.files.findings import Path, listed, nearest
from portal.names import SLUG_HINT, is_slug

Found = Iterator[tuple[Path, str]]
IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]{0,59}")
IDENTIFIER_HINT = "lower-case letters, digits and underscores, not beginning with a digit"
RESULT = "result"
# DuckDB's reserved words: as the name of an input they would have to be quoted everywhere.
WORDS_OF_SQL = """
all analyse analyze and any array as asc asymmetric both case cast check collate column constraint
create default deferrable desc describe distinct do else end except false fetch for foreign from
group having in initially intersect into lambda lateral leading limit not null offset on only or
order pivot pivot_longer pivot_wider placing primary qualify references returning select show some
summarize symmetric table then to trailing true union unique unpivot using variadic when where
window with
"""
RESERVED = frozenset(WORDS_OF_SQL.split())


def problems(outline: Outline) -> Found:
    """All that is wrong between the parts of a file."""
    for rule in RULES:
        yield from rule(outline)


def _name(outline: Outline) -> Found:
    name = outline.text("metadata", "name")
    if name and not is_slug(name):
        yield ("metadata", "name"), f"“{name}” can't be a name: use {SLUG_HINT}."


def name_problems(outline: Outline) -> Found:
    """What is wrong with the names that the file gives itself; these are about keys."""
    for name in outline.mapping("spec", "inputs"):
        path: Path = ("spec", "inputs", name)
        if name == RESULT:
            yield path, "“result” is what checks call the query's own result. Name it otherwise."
        elif name in RESERVED:
            yield path, f"“{name}” is a word of SQL. Name the input otherwise."
        elif not IDENTIFIER.fullmatch(name):
            yield path, f"“{name}” can't name an input: use {IDENTIFIER_HINT}."
    for name in outline.mapping("spec", "parameters"):
        if not IDENTIFIER.fullmatch(name):
            path = ("spec", "parameters", name)
            yield path, f"“{name}” can't name a parameter: use {IDENTIFIER_HINT}."


def _inputs(outline: Outline) -> Found:
    for name, entry in outline.inputs.items():
        yield from _input_place(("spec", "inputs", name), entry)


def _input_place(path: Path, entry: Mapping[str, Any]) -> Found:
    place = entry.get("path")
    if bool(place) == bool(entry.get("table")):
        yield path, "An input needs either a path in a folder or a table of a database."
    elif isinstance(place, str) and not entry.get("format") and not format_of(place):
        endings = listed(sorted(ENDINGS), most=20)
        yield (
            (*path, "path"),
            f"The ending of {place} tells no format. Add `format`, or use {endings}.",
        )


def _parameters(outline: Outline) -> Found:
    for name, declaration in outline.parameters.items():
        if declaration.get("type") in parameters.WORDS:
            yield from _declaration(("spec", "parameters", name), name, declaration)


def _declaration(path: Path, name: str, declaration: Mapping[str, Any]) -> Found:
    """Bounds and options fit the type; then the default fits all of them."""
    kind = declaration["type"]
    sound = {"type": kind}
    for bound in ("minimum", "maximum"):
        value = declaration.get(bound)
        if value is None:
            continue
        problem = _misfit(f"The {bound} of {name}", value, {"type": kind})
        if kind in {"string", "boolean"}:
            yield (*path, bound), f"A {kind} has no {bound}. Leave it out of {name}."
        elif problem:
            yield (*path, bound), problem
        else:
            sound[bound] = value
    if {"minimum", "maximum"} <= sound.keys() and sound["minimum"] > sound["maximum"]:
        yield (*path, "minimum"), f"The minimum of {name} is greater than its maximum."
        return
    yield from _options(path, name, declaration, sound)


def _options(path: Path, name: str, declaration: Mapping[str, Any], sound: dict[str, Any]) -> Found:
    options = declaration.get("enum")
    for number, option in enumerate(options if isinstance(options, list) else []):
        if problem := _misfit(f"An option of {name}", option, sound):
            yield (*path, "enum", number), problem
    default = declaration.get("default")
    if default is not None:
        allowed = {"enum": options} if isinstance(options, list) else {}
        if problem := _misfit(f"The default of {name}", default, {**sound, **allowed}):
            yield (*path, "default"), problem


def _misfit(words: str, value: Any, declaration: Mapping[str, Any]) -> str:
    try:
        parameters.fit(words, value, declaration)
    except parameters.ParameterProblem as problem:
        return problem.message
    return ""


def _columns(outline: Outline) -> Found:
    seen: set[str] = set()
    for path, name in outline.columns:
        if name.lower() in seen:
            yield path, f"The column {name} stands twice in the contract. Keep one of them."
        seen.add(name.lower())
    for path, column in outline.items("spec", "contract", "columns"):
        kind = column.get("type")
        if isinstance(kind, str) and kind and column_types.canonical(kind) is None:
            near = nearest(kind, column_types.KNOWN).lower().replace("did", "Did", 1)
            yield (*path, "type"), f"“{kind}” is no type.{near} Usual: {column_types.COMMON}."


def _key(outline: Outline) -> Found:
    names = [name for _, name in outline.columns]
    key = outline.entries("spec", "contract", "key")
    for number, name in enumerate(key):
        path: Path = ("spec", "contract", "key", number)
        if not isinstance(name, str):
            continue
        if name in key[:number]:
            yield path, f"{name} stands twice in the key. Keep one of them."
        elif names and name not in names:
            near = nearest(name, names)
            yield path, f"The key names {name}, which is no column of the contract.{near}"


def _checks(outline: Outline) -> Found:
    seen: set[str] = set()
    for path, check in outline.items("spec", "checks"):
        name = check.get("name")
        if isinstance(name, str) and name in seen:
            yield (*path, "name"), f"Two checks are called “{name}”. Name each of them otherwise."
        seen.add(str(name))


def _deliveries(outline: Outline) -> Found:
    seen: set[tuple[Any, Any]] = set()
    for path, entry in outline.items("spec", "deliveries"):
        pair = (str(entry.get("client")), str(entry.get("destination")))
        if pair in seen:
            yield (
                path,
                (
                    f"{pair[0]} gets two deliveries at {pair[1]}. "
                    "Give each its own destination, so that they can be told apart."
                ),
            )
        seen.add(pair)
        yield from _delivery_parts(path, entry, outline)


def _delivery_parts(path: Path, entry: Mapping[str, Any], outline: Outline) -> Found:
    """A table or a file; what exactly, the destination's kind decides."""
    if entry.get("mode") and not entry.get("table"):
        yield (*path, "mode"), "Only a table has a mode. Say which `table`, or leave `mode` out."
    if entry.get("table") and (entry.get("format") or entry.get("path")):
        yield path, "A table has neither format nor path. Leave them out, or leave `table` out."
    elif not entry.get("table") and not entry.get("format"):
        yield path, "Say in which `format` it is delivered (parquet, csv or jsonl), or which table."
    if entry.get("mode") == "upsert" and not outline.entries("spec", "contract", "key"):
        yield (
            (*path, "mode"),
            "Upserting needs the contract's key: it tells which rows are the same. Add `key`.",
        )


def _paths(outline: Outline) -> Found:
    for path, template in outline.templates:
        is_input = path[1] == "inputs"
        for message in paths.problems(template, list(outline.parameters), is_glob=is_input):
            yield path, message


def _defaults(outline: Outline) -> Found:
    schedule: Path = ("spec", "defaults", "schedule")
    yield from schedule_problems(outline, schedule)
    given = outline.mapping(*schedule, "parameters")
    for where, message in placeholders.problems(given, outline.parameters):
        yield (*schedule, "parameters", *where), message
    path: Path = ("spec", "defaults", "objectives", "freshness")
    freshness = outline.text(*path)
    if freshness and schedules.seconds(freshness) is None:
        yield path, f"“{freshness}” is no length of time. Write 90m, 26h or 2d."


def schedule_problems(outline: Outline, path: Path) -> Found:
    """What is wrong with a schedule, in the file or in a configuration."""
    for word, find in (
        ("cron", schedules.cron_problems),
        ("timezone", schedules.timezone_problems),
    ):
        if value := outline.text(*path, word):
            for message in find(value):
                yield (*path, word), message


def _source(outline: Outline) -> Found:
    for word in ("committed_at", "authored_at"):
        text = outline.text("source", word)
        if text and not _is_instant(text):
            yield ("source", word), f"“{text}” is no instant. Write 2026-11-20T09:30:00Z."


def _is_instant(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


RULES: tuple[Callable[[Outline], Found], ...] = (
    _name,
    _inputs,
    _parameters,
    _columns,
    _key,
    _checks,
    _deliveries,
    _paths,
    _defaults,
    _source,
)
