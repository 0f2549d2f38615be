"""One DuckDB connection, made once in the zygote and locked down in each child before any SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
from duckdb import DuckDBPyConnection

from pipelines.engines.base import EngineError, Limits, Source
from pipelines.engines.duckdb import gate, sentences

READERS = {
    "parquet": "read_parquet({paths}, hive_partitioning = false)",
    "csv": "read_csv({paths}, hive_partitioning = false)",
    "json": "read_json({paths}, hive_partitioning = false)",
}
GLOB_CHARACTERS = "*?["


def connect() -> DuckDBPyConnection:
    """Open DuckDB so that a process may fork afterwards: no threads of its own, no surprises."""
    connection = duckdb.connect(
        config={
            "threads": 1,
            "async_threads": 0,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_community_extensions": False,
            "allow_persistent_secrets": False,
            "python_enable_replacements": False,
            "errors_as_json": True,
        }
    )
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    for name, value in _settings(Limits()).items():
        connection.execute(f"SET {name} = {value}")
    return connection


def _settings(limits: Limits) -> dict[str, str]:
    return {
        "memory_limit": f"'{limits.memory_mb}MiB'",
        "max_temp_directory_size": f"'{limits.temp_mb}MiB'",
        "threads": str(limits.threads),
    }


class Session:
    """What a sandboxed job may do with DuckDB, in this order: prepare, attach, lock, then run."""

    def __init__(self, connection: DuckDBPyConnection, limits: Limits) -> None:
        self.connection = connection
        self.limits = limits
        self.files: list[str] = []

    def run(self, sql: str, parameters: dict[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Run a statement of ours and fetch its (small) answer."""
        return self.connection.execute(sql, parameters or {}).fetchall()

    def prepare(self, temp: str, *, is_profiled: bool = False) -> None:
        """Set the engine's own limits. `temp` is a folder that belongs to this job alone."""
        usual = _settings(Limits())  # what the zygote's connection has already; a SET costs 1-2 ms
        for name, value in _settings(self.limits).items():
            if value != usual[name]:
                self.run(f"SET {name} = {value}")
        self.run(f"SET temp_directory = {quoted(temp)}")
        if is_profiled:
            self.run("SET enable_profiling = 'no_output'")
            self.run("SET profiling_coverage = 'ALL'")

    def attach(self, sources: Sequence[Source]) -> None:
        """Make each input a view by its name, so that nothing of it can be written to."""
        self.files = [path for source in sources for path in source.paths]
        for source in sources:
            with explaining_input(source, self.limits):
                head = f" LIMIT {source.most_rows}" if source.most_rows else ""
                self.run(f"CREATE VIEW {identifier(source.name)} AS FROM {reader(source)}{head}")

    def lock(self, paths: Sequence[str]) -> None:
        """Leave only `paths` reachable, and no setting changeable, for the rest of this process."""
        self.run(f"SET allowed_paths = [{', '.join(quoted(path) for path in paths)}]")
        self.run("SET enable_external_access = false")
        self.run("SET lock_configuration = true")

    def describe(self, statement: gate.Statement, values: dict[str, Any]) -> list[tuple[str, str]]:
        """Names and types of the columns that a query would return, without running it."""
        rows = self.ask("DESCRIBE (\n", statement, "\n)", values, is_run=False)
        return [(str(row[0]), str(row[1])) for row in rows]

    def ask(
        self,
        before: str,
        statement: gate.Statement,
        after: str,
        values: dict[str, Any],
        *,
        is_run: bool = True,
    ) -> list[tuple[Any, ...]]:
        """Run a user's query between words of ours. EngineError with the place in their text."""
        chosen = self._values(statement, values)
        try:
            return self.run(f"{before}{statement.text}{after}", chosen)
        except (duckdb.Error, MemoryError) as error:
            raise sentences.explained(
                error,
                limits=self.limits,
                sql=statement.text,
                part=statement.part,
                skipped=len(before.encode()),
                files=self.files,
                is_run=is_run,
            ) from None

    def stage(
        self, statement: gate.Statement, values: dict[str, Any], path: str, *, is_profiled: bool
    ) -> tuple[int, str]:
        """Write a query's result as Parquet; answer its rows, and DuckDB's profile of the query.

        In a read-only transaction: a fourth refusal of whatever would change a table.
        """
        form = "FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false"
        self.run("BEGIN TRANSACTION READ ONLY")
        rows = int(self.ask("COPY (\n", statement, f"\n) TO {quoted(path)} ({form})", values)[0][0])
        profile = self.connection.get_profiling_information() if is_profiled else ""
        self.run("COMMIT")
        return rows, profile

    @staticmethod
    def _values(statement: gate.Statement, values: dict[str, Any]) -> dict[str, Any]:
        missing = [name for name in statement.parameters if name not in values]
        if not missing:
            return {name: values[name] for name in statement.parameters}
        mark = f"${missing[0]}"
        offset = statement.text.find(mark)
        words = f"The query uses {mark}, which is not one of its parameters."
        raise sentences.refused(
            words,
            sql=statement.text,
            part=statement.part,
            offset=len(statement.text[:offset].encode()) if offset >= 0 else None,
        )


@contextmanager
def explaining_input(source: Source, limits: Limits) -> Iterator[None]:
    """Turn an error while opening an input into a sentence that names the input."""
    try:
        yield
    except duckdb.Error as error:
        found = sentences.explained(error, limits=limits, files=source.paths)
        if found.kind.startswith("limit:"):
            raise found from None
        words = f"The input {source.name} cannot be read: {found.message}"
        raise EngineError(words, permanent=True, kind="input") from None


def reader(source: Source) -> str:
    """The table function that reads an input's files, and only these."""
    for path in source.paths:
        if any(character in path for character in GLOB_CHARACTERS):
            words = f"The input {source.name} has a file name with one of {GLOB_CHARACTERS} in it."
            raise EngineError(words, permanent=True, kind="input")
    if source.format not in READERS:
        words = f"The input {source.name} is {source.format}; it can be {', '.join(READERS)}."
        raise EngineError(words, permanent=True, kind="input")
    paths = ", ".join(quoted(path) for path in source.paths)
    return READERS[source.format].format(paths=f"[{paths}]")


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
