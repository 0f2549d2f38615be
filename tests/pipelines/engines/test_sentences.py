"""What goes wrong in the rows is told without showing them: they may be about people."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from pipelines.engines.base import Source
from pipelines.engines.duckdb.client import DuckDBEngine
from tests.pipelines.engines import zygotes

SECRET = "Ada O'Neill"
HIDDEN = (SECRET, "Ada", "Neill", "4711", "1815")


@pytest.fixture(scope="module")
def persons(tmp_path_factory: pytest.TempPathFactory) -> Source:
    path = tmp_path_factory.mktemp("persons") / "persons.csv"
    path.write_text(f'name,number,born,many\n"{SECRET}",4711,1815-12-10,"{SECRET}\n4711\n1815"\n')
    return Source("persons", "csv", (str(path),))


@pytest.mark.parametrize(
    "expression",
    [
        "name::INTEGER",
        "many::INTEGER",
        "name::DATE",
        "name::UUID",
        "many::BOOLEAN",
        "strptime(name, '%Y')",
        "name::JSON",
        "(name || ' \"' || many)::BOOLEAN",
        "number::TINYINT",
        "(number * number * number * number * number * number)::INTEGER",
        "number::INTEGER * 1000000::INTEGER",
        "number::DECIMAL(4, 2)",
        "number % 0",
        "error(name)",
        "error('for ' || name)",
        "name::ENUM('a', 'b')",
        "CASE WHEN name > '' THEN error(many) END",
    ],
)
def test_no_value_is_in_the_message(
    engine: DuckDBEngine, persons: Source, tmp_path: Path, expression: str
) -> None:
    sql = f"SELECT ({expression})::VARCHAR AS x FROM persons"
    error = zygotes.refusal(engine, zygotes.job(sql, persons, folder=tmp_path))
    assert error.permanent
    said = "\n".join([error.message, *error.log])
    assert not [text for text in HIDDEN if text in said], said


def test_what_the_sql_itself_says_is_shown(engine: DuckDBEngine, tmp_path: Path) -> None:
    error = zygotes.refusal(engine, zygotes.job("SELECT 'twelve'::INTEGER AS x", folder=tmp_path))
    assert "'twelve'" in error.message
    assert (error.line, error.column) == (1, 16)


DAMAGED = {
    "late.csv": (
        b"id,name\n" + b"1,x\n" * 30000 + b"oops,Ada\n",
        "late.csv does not fit at line 30002",
    ),
    "broken.json": (b'{"a": 1}\n{"a": ', "Malformed JSON in file broken.json"),
    "late.json": (b'{"a": 1}\n' * 30000 + b'{"a": "Ada"}\n', "in line 30001"),
    "none.parquet": (b"Ada", "File none.parquet too small to be a Parquet file"),
    "cut.parquet": (b"PAR1" + b"Ada" * 100, "No magic bytes found at end of file cut.parquet"),
    "noise.csv": (bytes(range(256)) * 50, "noise.csv"),
    "packed.json": (gzip.compress(b'{"a": 1}')[:-9], "input"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_input_is_named_and_not_shown(
    engine: DuckDBEngine, tmp_path: Path, name: str
) -> None:
    content, words = DAMAGED[name]
    path = tmp_path / name
    path.write_bytes(content)
    source = Source("things", name.rpartition(".")[2], (str(path),))
    error = zygotes.refusal(engine, zygotes.job("FROM things", source, folder=tmp_path))
    assert (error.kind, error.permanent) == ("input", True)
    assert words in error.message
    assert "Ada" not in error.message


def test_an_input_that_is_not_there_may_come_later(engine: DuckDBEngine, tmp_path: Path) -> None:
    source = Source("things", "csv", (str(tmp_path / "gone.csv"),))
    error = zygotes.refusal(engine, zygotes.job("FROM things", source, folder=tmp_path))
    assert (error.kind, error.permanent) == ("input", False)
    assert error.message == (
        "The file gone.csv of the input things is not there, or Slipway may not read it."
    )
