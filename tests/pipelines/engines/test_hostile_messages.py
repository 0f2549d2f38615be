"""Queries that make DuckDB say a value of a row, by every way that is known: none gets through."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.engines.base import Source
from pipelines.engines.duckdb import shapes
from pipelines.engines.duckdb.client import DuckDBEngine
from tests.pipelines.engines import zygotes

# v is EMBRAER, n is 4711, d is 1815-12-10; and what is said of each.
HOSTILE = {
    "regexp_matches(v, v || '(')": "Missing ): …",
    "regexp_extract(v, '(?' || v)": "Invalid perl operator: …",
    "regexp_extract_all(v, v || '(')": "Pattern failed to parse.",
    "regexp_replace(v, v || '[', '')": "Missing ]: [.",
    "regexp_matches(v, '\\' || v)": "Invalid escape sequence: …",
    "regexp_matches(v, '[[:' || v || ':]]')": "Invalid character class range: …",
    "regexp_matches(v, 'a{' || n || '}')": "Invalid repetition size: …",
    "regexp_full_match(v, v || '*+?')": "Bad repetition operator: *+?",
    "strftime(now(), v || '%!')": "Failed to parse format specifier …: Unrecognized format",
    "strptime(v, '%Y')": 'Could not parse string “…” according to format specifier "%Y".',
    "unhex(v)": "Invalid input for hex digit: …",
    "unbin(v)": "Invalid input for binary digit: …",
    "from_base64(v)": "Could not decode string “…” as base64: length must be a multiple of 4.",
    "v::BIT": "Invalid character encountered in string -> bit conversion: “…”.",
    "(v || '\\x')::BLOB": "Invalid hex escape code",
    "v::INTEGER": "Could not convert string “…” to INT32 when casting from source column v.",
    "v::DATE": "Invalid date field format: “…”, expected format is (YYYY-MM-DD)",
    "v::TIMESTAMP": "Invalid timestamp field format: “…”",
    "v::INTEGER[]": "Type VARCHAR with value “…” can't be cast to the destination type INTEGER[]",
    "v::ENUM('a')": "Could not convert string “…” to ENUM('a') when casting from",
    "v::JSON": "Malformed JSON at byte 0 of input: unexpected character",
    "v::VARIANT::INTEGER": "Can't convert VARIANT(VARCHAR) value “…” to",
    "json_extract('{}', '$' || v)": "JSON path error near “…”.",
    "('{\"' || v || '\":1}')::JSON::STRUCT(a INTEGER)": "Object … has unknown key “…”.",
    'json_transform_strict(\'{"b":"\' || v || \'"}\', \'{"a":"INTEGER"}\')': "Object … does not",
    "date_part(v, d)": "Extract specifier “…” not recognized.",
    "timezone(v, d::TIMESTAMP)": "Unknown TimeZone “…”",
    "make_date(n, n, n)": "Date out of range: …",
    "d + INTERVAL (n * 1000) CENTURY": "",
    "n::TINYINT": "Type INT64 with value … can't be cast because the value is out of range",
    "n::INTEGER * 1000000::INTEGER": "Overflow in multiplication of INT32 (… * 1000000).",
    "n::DECIMAL(4, 2)": "Could not cast value … to DECIMAL(4,2)",
    "n % 0": "Division by zero in expression (n % 0).",
    "chr(-n::INTEGER)": "Invalid UTF8 Codepoint …",
    "list_resize([1], n * 100000000000)": "Cannot resize vector to … rows",
    "get_bit('101'::BIT, n::INTEGER)": "Bit index … out of valid range (",
    "printf('%' || v, v)": "Invalid type specifier “…” for formatting a value",
    "format('{' || v || '}', v)": "Argument with name “…” not found.",
    "v LIKE '%' ESCAPE v": "Invalid escape string.",
    "error(v)": "A value is no valid input; what DuckDB says of it is not shown",
    "error('to ' || v)": "A value is no valid input; what DuckDB says of it is not shown",
    "error('missing ): ' || v)": "Missing ): …",
    "error('{\"exception_message\": \"' || v || '\"}')": "",
    "error('CSV ' || v)": "",
    "error('TProtocolException ' || v)": "A Parquet file of the inputs is damaged.",
    "error('x' || chr(10) || ' file = ' || v)": "",
    "error('Could not convert string ''a'' to ' || v)": "Could not convert string",
    "error('Malformed JSON in file ' || v || ', at byte 1 in line 2: x')": "Malformed JSON in",
    "error(repeat(v, 10000))": "",
}


@pytest.fixture(scope="module")
def planes(tmp_path_factory: pytest.TempPathFactory) -> Source:
    path = tmp_path_factory.mktemp("planes") / "planes.csv"
    path.write_text("v,n,d\nEMBRAER,4711,1815-12-10\n")
    return Source("planes", "csv", (str(path),))


@pytest.mark.parametrize("expression", HOSTILE)
def test_what_a_row_makes_duckdb_say_shows_nothing_of_the_row(
    engine: DuckDBEngine, planes: Source, tmp_path: Path, expression: str
) -> None:
    sql = f"SELECT ({expression})::VARCHAR AS x FROM planes"
    error = zygotes.refusal(engine, zygotes.job(sql, planes, folder=tmp_path))
    said = "\n".join([error.message, *error.log])
    assert not [text for text in ("EMB", "4711", "1815", ": E", ": M") if text in said], said
    assert HOSTILE[expression] in error.message


@pytest.mark.parametrize(
    "words",
    [
        "Ada",
        "Ada was never heard of",
        "missing ]] near Ada",
        "Could not convert string 'x' to INT32 because of Ada",
        "Type Ada can't be cast as Ada. Ada",
        "Malformed JSON at byte Ada of input: Ada",
        "Could not convert string 'a when casting from source column Ada",
        f"{'Ada ' * 100_000}: Could not convert string 'x' to INT32",
    ],
)
def test_of_a_message_that_nobody_knows_nothing_is_shown(words: str) -> None:
    assert "Ada" not in shapes.told(words, "SELECT 1")


def test_a_part_of_a_word_of_the_query_is_not_said_by_it() -> None:
    assert shapes.told("Invalid input for hex digit: N", "SELECT unhex(TAILNUM)") == (
        "Invalid input for hex digit: …"
    )
    assert shapes.told("Invalid input for hex digit: N", "SELECT unhex('N')") == (
        "Invalid input for hex digit: N"
    )
