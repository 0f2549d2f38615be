"""Trying a query inside the sandbox: on no data at all, or on the first rows of its inputs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import combinations
from typing import Any

import duckdb

from pipelines.engines.base import CheckOutcome, Column, EngineError
from pipelines.engines.duckdb import files, gate, verify
from pipelines.engines.duckdb.profiles import plan
from pipelines.engines.duckdb.query import Query, refuse_bad_names
from pipelines.engines.duckdb.session import Session, identifier

PAIRED = 8  # of so many columns pairs are tried as a key
ROWS_PAIRED = 200_000
SHOWN = 60  # letters of the lowest and highest value
# Measures, not names: that they differ says nothing about rows.
NO_KEYS = ("DOUBLE", "FLOAT", "DECIMAL", "INTERVAL", "BLOB", "STRUCT", "MAP", "JSON")
FRACTIONS = ("DOUBLE", "FLOAT")
NESTED = ("STRUCT", "MAP", "BLOB", "JSON", "UNION")


class Trial(Query):
    """A job that is rehearsed: what a run would be refused for is told, and the result shown."""

    def run_through(self, temp: str, result: int, rows: int) -> dict[str, Any]:
        """Do it all; `rows` of the result are answered."""
        session, job = self.session, self.job
        session.prepare(temp, is_profiled=True)
        refuse_bad_names(job)
        session.attach(job.sources)
        session.lock([*(path for source in job.sources for path in source.paths), job.result_path])
        complaints: list[str] = []
        query, found = self._rehearsed_plan(complaints)
        rows_out, profile = self._stage(query, is_profiled=True)
        self._hold_against(found, rows_out, complaints)
        for check in job.checks:
            self.tell({"event": "check", "check": asdict(self._tried(check.name, check.sql))})
        figures = _figures(session, found)
        return {
            "portions": self._portions(),
            "rows_out": rows_out,
            "bytes_out": os.fstat(result).st_size,
            "complaints": complaints,
            "columns": figures,
            "keys": _keys(session, figures, rows_out),
            "rows": files.head(session, "result", rows)["rows"],
            "plan": [asdict(operator) for operator in plan(profile, job.sources)],
            "inputs": self._inputs(),
        }

    def _rehearsed_plan(
        self, complaints: list[str]
    ) -> tuple[gate.Statement, list[tuple[str, str]]]:
        """The query alone; a check that can't be read must not hide what the query gives."""
        session, job = self.session, self.job
        (query,) = gate.admit(session.connection, [("", job.sql)])
        gate.refuse_strangers(query, job.sql, [source.name for source in job.sources])
        found = session.describe(query, job.parameters)
        verify.shape(session, found, (), ())  # what can't be stored can't be shown either
        with _told(complaints):
            verify.shape(session, found, job.columns, job.key)
        return query, found

    def _hold_against(
        self, found: list[tuple[str, str]], rows_out: int, complaints: list[str]
    ) -> None:
        job, names = self.job, {name for name, _ in found}
        key = job.key if set(job.key) <= names else ()
        columns = [column for column in job.columns if column.name in names]
        with _told(complaints):
            verify.rows(self.session, columns, key, rows_out=rows_out, counted=[])

    def _tried(self, name: str, sql: str) -> CheckOutcome:
        try:
            (statement,) = gate.admit(self.session.connection, [(name, sql)])
            known = [*(source.name for source in self.job.sources), "result"]
            gate.refuse_strangers(statement, sql, known)
            self.session.describe(statement, self.job.parameters)
        except EngineError as error:
            return CheckOutcome(name, is_passed=False, message=error.message, rows=0)
        return self._outcome(statement)

    def _inputs(self) -> dict[str, list[str]]:
        """The columns of each input, by its name."""
        return {
            source.name: [
                str(row[0])
                for row in self.session.run(f"DESCRIBE SELECT * FROM {identifier(source.name)}")
            ]
            for source in self.job.sources
        }

    def _portions(self) -> list[dict[str, Any]]:
        sources = self.job.sources
        if not sources:
            return []
        wanted = ", ".join(f"(SELECT count(*) FROM {identifier(s.name)})" for s in sources)
        counts = self.session.run(f"SELECT {wanted}")[0]
        return [
            {
                "name": source.name,
                "rows": rows,
                "is_cut": 0 < source.most_rows <= rows,
            }
            for source, rows in zip(sources, counts, strict=True)
        ]


def describe(session: Session, request: dict[str, Any], *, temp: str) -> dict[str, Any]:
    """Columns of a query over inputs that are known by their columns only."""
    session.prepare(temp)
    names = []
    for shape in request["shapes"]:
        columns = ", ".join(_empty(session, **column) for column in shape["columns"]) or "NULL"
        session.run(f"CREATE VIEW {identifier(shape['name'])} AS SELECT {columns} LIMIT 0")
        names.append(shape["name"])
    session.lock([])
    (statement,) = gate.admit(session.connection, [("", request["sql"])])
    gate.refuse_strangers(statement, request["sql"], names)
    found = session.describe(statement, request["parameters"])
    complaints: list[str] = []
    with _told(complaints):
        promised = [Column(**column) for column in request["columns"]]
        verify.shape(session, found, promised, request["key"])
    return {
        "columns": [{"name": name, "type": verify.stored(kind)} for name, kind in found],
        "complaints": complaints,
    }


@contextmanager
def _told(complaints: list[str]) -> Iterator[None]:
    """What would refuse a run is only told."""
    try:
        yield
    except EngineError as error:
        if error.kind not in {"contract", "key"}:
            raise
        complaints.append(error.message)


def _empty(session: Session, name: str, type: str, **_: Any) -> str:
    """A column without rows; a type that is not known here is taken for a text."""
    try:
        kind = str(session.connection.sqltype(type))
    except duckdb.Error:
        kind = "VARCHAR"
    return f"CAST(NULL AS {kind}) AS {identifier(name)}"


def _figures(session: Session, found: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """Per column of the staged result: how many are empty, how many differ, the outermost two."""
    if not found:
        return []
    asked = [part for name, kind in found for part in _questions(identifier(name), kind)]
    total, *answers = session.run(f"SELECT count(*), {', '.join(asked)} FROM result")[0]
    figures = []
    for n, (name, kind) in enumerate(found):
        filled, distinct, low, high = answers[4 * n : 4 * n + 4]
        figures.append(
            {
                "name": name,
                "type": verify.stored(kind),
                "nulls": total - filled,
                "distinct": distinct,
                "low": low or "",
                "high": high or "",
            }
        )
    return figures


def _questions(column: str, kind: str) -> list[str]:
    outermost = ["NULL", "NULL"]
    if kind in FRACTIONS:  # as the cells of the rows below are written
        outermost = [f"printf('%.6g', CAST({end}({column}) AS DOUBLE))" for end in ("min", "max")]
    elif not _is(kind, NESTED):
        outermost = [f"left(CAST({end}({column}) AS VARCHAR), {SHOWN})" for end in ("min", "max")]
    return [f"count({column})", f"count(DISTINCT {column})", *outermost]


def _keys(session: Session, figures: Sequence[dict[str, Any]], rows: int) -> list[list[str]]:
    """Columns that tell the rows apart: each alone, else in pairs."""
    full = [
        one for one in figures if one["nulls"] == 0 and not _is(one["type"], NO_KEYS) and rows > 1
    ]
    alone = [[one["name"]] for one in full if one["distinct"] == rows]
    if alone or rows > ROWS_PAIRED:
        return alone
    pairs = list(combinations([one["name"] for one in full if one["distinct"] > 1][:PAIRED], 2))
    if not pairs:
        return []
    asked = ", ".join(
        f"count(DISTINCT row({identifier(one)}, {identifier(other)}))" for one, other in pairs
    )
    counts = session.run(f"SELECT {asked} FROM result")[0]
    return [list(pair) for pair, count in zip(pairs, counts, strict=True) if count == rows]


def _is(kind: str, words: Sequence[str]) -> bool:
    return kind.endswith("]") or kind.partition("(")[0] in words
