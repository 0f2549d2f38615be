"""Whether a query fits what its inputs are like: asked of the engine, with columns and no data.

Beyond what registering asks, which does not look at sources: a column that is not there is told as
it is typed, and the columns of the result are known before anything ran. The answers depend on
their questions only, so they are remembered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pipelines.engines.base import Column, EngineError, Inspection, Shape, Value
from pipelines.engines.registry import engine
from pipelines.transformations.outline import Outline
from pipelines.transformations.sql import Trouble

REMEMBERED = 512
SOME = {"integer": 1, "number": 1.5, "string": "a", "boolean": True, "date": "2026-01-01"}
Columns = Mapping[str, Sequence[Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class Fit:
    """What a query would return of these inputs. `unknown` are inputs whose columns are not known.

    `checks` are the troubles of checks, by their position in the file.
    """

    columns: tuple[Column, ...] = ()
    complaints: tuple[str, ...] = ()
    trouble: Trouble | None = None
    checks: Mapping[int, Trouble] | None = None
    unknown: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        return bool(self.columns)


def inspect(sql: str) -> Inspection:
    """What the engine's parser says about a text, as when registering; remembered."""
    answer = _inspected(sql)
    if isinstance(answer, EngineError):
        raise answer
    return answer


def fit(outline: Outline, columns: Columns) -> Fit:
    """Hold the query, the contract and the checks of a file against the columns of its inputs."""
    used = list(outline.inputs)
    unknown = tuple(name for name in used if name not in columns)
    sql = outline.text("spec", "sql")
    if unknown or not sql.strip():
        return Fit(unknown=unknown)
    shapes = tuple(_shape(name, columns[name]) for name in used)
    values = tuple(sorted(_values(outline).items()))
    promised, key = _contract(outline)
    found = _described(sql, shapes, values, promised, key)
    if isinstance(found, Trouble):
        return Fit(trouble=found)
    result = (*shapes, Shape("result", found[0]))
    return Fit(found[0], found[1], checks=dict(_checks(outline, result, values)))


def _checks(
    outline: Outline, shapes: tuple[Shape, ...], values: tuple[tuple[str, Value], ...]
) -> list[tuple[int, Trouble]]:
    troubles = []
    for path, check in outline.items("spec", "checks"):
        sql = check.get("sql")
        if isinstance(sql, str) and sql.strip():
            found = _described(sql, shapes, values, (), ())
            if isinstance(found, Trouble):
                troubles.append((int(path[-1]), found))
    return troubles


@lru_cache(maxsize=REMEMBERED)
def _inspected(sql: str) -> Inspection | EngineError:
    try:
        return engine().inspect(sql)
    except EngineError as error:
        if error.kind != "sql":
            raise  # not about the text: it may be otherwise in a moment
        return error


@lru_cache(maxsize=REMEMBERED)
def _described(
    sql: str,
    shapes: tuple[Shape, ...],
    values: tuple[tuple[str, Value], ...],
    promised: tuple[Column, ...],
    key: tuple[str, ...],
) -> tuple[tuple[Column, ...], tuple[str, ...]] | Trouble:
    try:
        found = engine().describe(
            sql=sql, shapes=shapes, parameters=dict(values), columns=promised, key=key
        )
    except EngineError as error:
        if error.kind not in {"sql", "contract"}:
            raise
        return Trouble(error.words, error.line, error.column)
    return found.columns, found.complaints


def _shape(name: str, columns: Sequence[Mapping[str, str]]) -> Shape:
    return Shape(name, tuple(Column(one["name"], one["type"]) for one in columns))


def _values(outline: Outline) -> dict[str, Any]:
    """Some value of the right type for each parameter: their types are all that matters here."""
    return {
        name: SOME.get(str(declared.get("type")), "a")
        for name, declared in outline.parameters.items()
    }


def _contract(outline: Outline) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    promised = tuple(
        Column(column["name"], column["type"])
        for _, column in outline.items("spec", "contract", "columns")
        if isinstance(column.get("name"), str) and isinstance(column.get("type"), str)
    )
    key = outline.entries("spec", "contract", "key")
    return promised, tuple(name for name in key if isinstance(name, str)) if promised else ()
