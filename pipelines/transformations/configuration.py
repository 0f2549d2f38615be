"""What an environment may set for a transformation: schedule, parameters, limits. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.runs import parameters
from pipelines.schedules import placeholders
from pipelines.transformations import rules
from pipelines.transformations.outline import Outline
from pipelines.transformations.spec import Configuration
from portal.files import shape
from portal.files.findings import Path, listed, nearest

Found = Iterator[tuple[Path, str]]


def problems(values: Mapping[str, Any]) -> Found:
    """What is wrong with the values whatever the version: unknown words, sizes, times."""
    for path, message, _ in shape.problems(Configuration, dict(values), top="a configuration"):
        yield path, message
    yield from rules.schedule_problems(Outline(values), ("schedule",))


def misfits(values: Mapping[str, Any], declared: Mapping[str, Mapping[str, Any]]) -> Found:
    """What does not fit the parameters that a version declares."""
    schedule = values.get("schedule")
    of_schedule = schedule.get("parameters") if isinstance(schedule, Mapping) else None
    for where, message in placeholders.problems(of_schedule or {}, declared):
        yield ("schedule", "parameters", *where), message
    given = values.get("parameters")
    for name, value in (given if isinstance(given, Mapping) else {}).items():
        path: Path = ("parameters", name)
        if name not in declared:
            have = f"Declared: {listed(declared)}." if declared else "The file declares none."
            yield path, f"There is no parameter {name}.{nearest(name, declared)} {have}"
            continue
        try:
            parameters.fit(name, value, declared[name])
        except parameters.ParameterProblem as problem:
            yield path, problem.message
