"""What SQL texts say about themselves, and whether that fits the rest of the file. Pure.

For messages, diffs and lineage only. Whether a text may run is the engine's decision: the parser
used here (`sql_reader.py`) lets through what is no query, and stumbles over some that are. It is
imported where it is used because it costs 20 MB that most processes never need.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipelines.transformations.outline import SQL, Outline
from pipelines.transformations.paths import placeholders
from pipelines.transformations.rules import IDENTIFIER, RESULT
from portal.files.findings import Path, listed, nearest


@dataclass(frozen=True, slots=True)
class Reference:
    """A name that stands somewhere in the text; line and column count from 1, None: not known."""

    name: str
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why the text can't be used, in a sentence, and where."""

    message: str
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """What one SQL text says about itself. `columns` is None where it can't be decided.

    `tables` are read and not defined in the text; `readers` are functions that open files;
    `nameless` of the columns have only the name that the engine makes up.
    """

    trouble: Trouble | None = None
    tables: tuple[Reference, ...] = ()
    parameters: tuple[Reference, ...] = ()
    readers: tuple[Reference, ...] = ()
    columns: tuple[str, ...] | None = None
    nameless: int = 0

    def read_by_engine(self, *, tables: Iterable[str], parameters: Iterable[str]) -> Statement:
        """The engine takes it for a query: ours may stumble, and its names count beside ours."""
        return replace(
            self,
            trouble=None,
            tables=_with(self.tables, tables),
            parameters=_with(self.parameters, parameters),
        )


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an SQL text: line and column count from 1 in that text."""

    path: Path
    message: str
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """What a column of the result is made of: a column of an input, "" for its rows as such."""

    input: str
    column: str


def read(sql: str) -> Statement:
    """What the text says; with `trouble` where it can't be read or is not one SELECT."""
    from pipelines.transformations import sql_reader  # noqa: PLC0415 - costs 20 MB

    return sql_reader.read(sql)


def canonical(sql: str) -> str:
    """The text without comments and layout, names in one case; as it stands where unreadable."""
    from pipelines.transformations import sql_reader  # noqa: PLC0415 - costs 20 MB

    return sql_reader.canonical(sql)


def lineage(sql: str, inputs: Iterable[str]) -> dict[str, list[str] | None]:
    """Which inputs feed each output column; None where that can't be decided from the text."""
    from pipelines.transformations import sql_reader  # noqa: PLC0415 - costs 20 MB

    return sql_reader.lineage(sql, inputs)


def origins(sql: str, inputs: Mapping[str, Sequence[str]]) -> tuple[tuple[Origin, ...] | None, ...]:
    """What each column of the result is made of, in their order; None where that can't be told."""
    from pipelines.transformations import sql_reader  # noqa: PLC0415 - costs 20 MB

    return sql_reader.origins(sql, inputs)


def problems(outline: Outline, statements: Mapping[Path, Statement]) -> Iterator[Problem]:
    """What does not fit between the SQL texts and the rest of the file."""
    for path, statement in statements.items():
        if statement.trouble:
            trouble = statement.trouble
            yield Problem(path, trouble.message, trouble.line, trouble.column)
        else:
            yield from _tables(outline, path, statement)
            yield from _readers(path, statement)
            yield from _unknown_parameters(outline, path, statement)
    yield from _unused_parameters(outline, statements)
    if SQL in statements:
        yield from _missing_columns(outline, statements[SQL])


def _tables(outline: Outline, path: Path, statement: Statement) -> Iterator[Problem]:
    known = list(outline.inputs) if path == SQL else [*outline.inputs, RESULT]
    folded = {name.lower() for name in known}
    for table in statement.tables:
        if table.name.lower() not in folded:
            have = f"Inputs: {listed(known)}." if known else "The file declares no inputs."
            message = f"There is no input “{table.name}”.{nearest(table.name, known)} {have}"
            yield Problem(path, message, table.line, table.column)


def _readers(path: Path, statement: Statement) -> Iterator[Problem]:
    for reader in statement.readers:
        message = f"{reader.name} opens files itself. Name them as an input and read that."
        yield Problem(path, message, reader.line, reader.column)


def _unknown_parameters(outline: Outline, path: Path, statement: Statement) -> Iterator[Problem]:
    known = list(outline.parameters)
    for used in statement.parameters:
        if not IDENTIFIER.fullmatch(used.name.lower()):
            message = f"Parameters have names: write $month instead of {_marked(used.name)}."
            yield Problem(path, message, used.line, used.column)
        elif used.name.lower() not in known:
            have = f"Declared: {listed(known)}." if known else "The file declares none."
            message = f"There is no parameter ${used.name}.{nearest(used.name, known)} {have}"
            yield Problem(path, message, used.line, used.column)


def _unused_parameters(outline: Outline, statements: Mapping[Path, Statement]) -> Iterator[Problem]:
    """Runs differ by their parameters: one that changes nothing would make the same run twice."""
    if any(statement.trouble for statement in statements.values()):
        return
    used = {used.name.lower() for found in statements.values() for used in found.parameters}
    used.update(name for _, template in outline.templates for name in placeholders(template))
    for name in outline.parameters:
        if name not in used and SQL in statements:
            yield Problem(
                ("spec", "parameters", name),
                f"The parameter {name} is declared, but neither the query, a check nor a path "
                "uses it. Use it or remove it.",
            )


def _missing_columns(outline: Outline, statement: Statement) -> Iterator[Problem]:
    if statement.columns is None:
        return
    given = {name.lower() for name in statement.columns}
    named = [name for name in statement.columns if IDENTIFIER.fullmatch(name.lower())]
    nameless = f", and {statement.nameless} without a name" if statement.nameless else ""
    for path, name in outline.columns:
        is_plain = IDENTIFIER.fullmatch(name.lower()) is not None
        if name.lower() in given or (statement.nameless and not is_plain):
            continue
        yield Problem(
            path,
            f"The query gives no column “{name}”.{nearest(name, named)} "
            f"It gives: {listed(named) or 'none'}{nameless}.",
        )


def _with(references: tuple[Reference, ...], names: Iterable[str]) -> tuple[Reference, ...]:
    known = {reference.name.lower() for reference in references}
    return references + tuple(Reference(name) for name in names if name.lower() not in known)


def _marked(name: str) -> str:
    return "?" if name == "?" else f"${name}"
