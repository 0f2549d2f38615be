"""Types of a contract are those of the engine, and mean what they mean there."""

from __future__ import annotations

import duckdb
import pytest

from pipelines.transformations import rules
from pipelines.transformations.column_types import KNOWN, WIDER, canonical, is_wider

MORE = [
    "decimal(10,2)", "Numeric ( 38 , 0 )", "decimal(5)", "varchar(10)", "int[]", "int[3][]",
    'struct(a int, "b c" text[])', "map(varchar, struct(x double precision))",
    "timestamp with time zone", "row(a decimal(3,1))",
]  # fmt: skip
NO_TYPES = [
    "", "varchr", "int int", "decimal(50,2)", "decimal(2,3)", "int[", "1", "int; drop table x",
    "struct()", "map(int)", "int -- x", "struct(a" * 50, "varchar(", '"int"',
]  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@pytest.mark.parametrize("spelled", [*KNOWN, *MORE])
def test_a_type_is_spelled_as_the_engine_spells_it(
    spelled: str, engine: duckdb.DuckDBPyConnection
) -> None:
    (truth,) = engine.execute(f"SELECT typeof(NULL::{spelled})").fetchone() or ("",)
    assert canonical(spelled) == truth


@pytest.mark.parametrize("spelled", NO_TYPES)
def test_what_is_no_type_is_none(spelled: str) -> None:
    assert canonical(spelled) is None


def test_a_wider_type_holds_every_value_of_the_other(engine: duckdb.DuckDBPyConnection) -> None:
    extremes = {
        "TINYINT": ("-128", "127"), "SMALLINT": ("-32768", "32767"),
        "INTEGER": ("-2147483648", "2147483647"),
        "BIGINT": ("-9223372036854775808", "9223372036854775807"),
        "UTINYINT": ("0", "255"), "USMALLINT": ("0", "65535"), "UINTEGER": ("0", "4294967295"),
        "FLOAT": ("-16777217", "16777216"), "DATE": ("2013-01-01", "9999-12-31"),
    }  # fmt: skip
    for old, wider in WIDER.items():
        for new in wider:
            for value in extremes[old]:
                there_and_back = f"'{value}'::{old}::{new}::{old} = '{value}'::{old}"
                assert engine.execute(f"SELECT {there_and_back}").fetchone() == (True,), (old, new)
    assert is_wider("BIGINT", "INTEGER")
    assert not is_wider("INTEGER", "BIGINT")


def test_reserved_words_are_the_engine_s(engine: duckdb.DuckDBPyConnection) -> None:
    rows = engine.execute(
        "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = 'reserved'"
    ).fetchall()
    assert {row[0] for row in rows} == rules.RESERVED
