"""Everything that is wrong with a file, for whoever asks: registering it, or still writing it.

One judgement: what a draft is told is what registering would refuse, word for word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from pipelines.engines.base import EngineError, Inspection
from pipelines.engines.registry import engine
from pipelines.transformations import queries
from pipelines.transformations.reading import Reading
from pipelines.transformations.sql import Statement, Trouble
from portal.accounts.models import Team
from portal.catalog.models import Component
from portal.files.findings import Finding, Path, in_order, nearest

TEAM: Path = ("metadata", "team")
NAME: Path = ("metadata", "name")
Inspect = Callable[[str], Inspection]


@dataclass(frozen=True)
class Judgement:
    """What was found, in the order of the file. `away`: why the SQL could not be asked about."""

    findings: tuple[Finding, ...]
    statements: Mapping[Path, Statement] = field(default_factory=dict)
    away: str = ""


def judge(found: Reading, team: Team | None, *, inspect: Inspect | None = None) -> Judgement:
    """All findings about a file that was read, for the team that it names (None: no such team).

    `inspect` is how the engine is asked about one SQL text.
    """
    if team is None:
        unknown = [*found.findings, *_unknown_team(found), *found.sql_findings(found.statements)]
        return Judgement(tuple(in_order(unknown)), found.statements)
    statements, away = _inspected(found, inspect or engine().inspect)
    findings = [
        *found.findings,
        *found.sql_findings(statements),
        *_component_findings(found, team),
        *queries.party_findings(found, team),
    ]
    return Judgement(tuple(in_order(findings)), statements, _away(away))


def _away(error: EngineError | None) -> str:
    if error is None:
        return ""
    return f"The SQL can't be checked just now: {error.message} Try again in a minute."


def _inspected(
    found: Reading, inspect: Inspect
) -> tuple[dict[Path, Statement], EngineError | None]:
    """Each SQL text as the engine takes it, which has the last word; and why it can't be asked."""
    statements: dict[Path, Statement] = dict(found.statements)
    for path, text in found.outline.queries:
        try:
            seen = inspect(text)
        except EngineError as error:
            if error.kind != "sql":
                return statements, error
            trouble = Trouble(error.words, error.line, error.column)
            statements[path] = Statement(trouble=trouble)
        else:
            statements[path] = statements[path].read_by_engine(
                tables=seen.tables, parameters=seen.parameters
            )
    return statements, None


def _unknown_team(found: Reading) -> Iterator[Finding]:
    name = found.outline.text(*TEAM)
    if name:
        near = nearest(name, Team.objects.values_list("name", flat=True)[:5000])
        yield found.document.finding(f"There is no team “{name}”.{near}", TEAM)


def _component_findings(found: Reading, team: Team) -> Iterator[Finding]:
    """A name that another team or another kind of component has."""
    held = Component.objects.select_related("team").filter(name=found.outline.text(*NAME)).first()
    if held and (problem := taken(held, team)):
        yield found.document.finding(problem, NAME)


def taken(held: Component, team: Team) -> str:
    """Why this team can't register a transformation under this component's name, or ""."""
    if held.kind != Component.Kind.TRANSFORMATION:
        kind = Component.Kind(held.kind).label.lower()
        return f"{held.name} is a {kind} of {held.team.name}. Names are unique: choose another."
    if held.team_id != team.pk:
        return f"{held.name} belongs to {held.team.name}, not to {team.name}. Choose another name."
    return ""
