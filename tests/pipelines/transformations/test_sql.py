"""What an SQL text says about itself: what it reads, uses and gives."""

from __future__ import annotations

import pytest

from pipelines.transformations import sql

WITH = "WITH a AS (SELECT 1 AS x), b AS (SELECT * FROM a) SELECT * FROM b, flights"
LOOP = (
    "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 9) SELECT n FROM r"
)


@pytest.mark.parametrize(
    ("text", "tables"),
    [
        ('SELECT * FROM flights f JOIN "carriers" c USING (carrier)', ["flights", "carriers"]),
        ("FROM flights", ["flights"]),
        (WITH, ["flights"]),
        (LOOP, []),
        ("WITH flights AS (SELECT * FROM flights) SELECT * FROM flights", ["flights"]),
        ("SELECT * FROM (WITH q AS (SELECT * FROM z) FROM q) JOIN q ON true", ["z", "q"]),
        ("WITH b AS (FROM c), c AS (SELECT 1) FROM b, c", ["c"]),
        ("SELECT (SELECT max(x) FROM m) FROM f WHERE EXISTS (FROM e)", ["m", "f", "e"]),
        ("SELECT * FROM public.airlines", ["public.airlines"]),
        ("SELECT * FROM '/etc/passwd'", ["/etc/passwd"]),
        ("SELECT * FROM range(3), unnest([1]) u", []),
        ("SELECT * FROM a ASOF JOIN b USING (t)", ["a", "b"]),
        ("SELECT 'FROM x' -- FROM y", []),
    ],
)  # fmt: skip
def test_it_reads_what_it_does_not_define(text: str, tables: list[str]) -> None:
    found = sql.read(text)
    assert found.trouble is None
    assert [table.name for table in found.tables] == tables


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("SELECT a, t.b, count(*) AS n FROM t", ("a", "b", "n")),
        ("SELECT a AS x FROM t UNION ALL SELECT b FROM u", ("x",)),
        ("(SELECT a FROM t)", ("a",)),
        ("WITH q AS (SELECT * FROM t) SELECT a FROM q", ("a",)),
        ("SELECT * FROM t", None),
        ("SELECT a, t.* FROM t", None),
        ("SELECT COLUMNS('a.*') FROM t", None),
        ("SELECT unnest(s) FROM t", None),
        ("SELECT a FROM t UNION BY NAME SELECT b FROM u", None),
        ("FROM t", None),
    ],
)
def test_its_columns_are_known_where_the_text_tells(
    text: str, columns: tuple[str, ...] | None
) -> None:
    assert sql.read(text).columns == columns


@pytest.mark.parametrize(
    ("text", "words", "line", "column"),
    [
        ("DELETE FROM x", "This is DELETE", 1, 1),
        ("WITH x AS (DELETE FROM y) SELECT 1", "This is DELETE", 1, 12),
        ("SELECT 1 INTO x", "This is INTO", 1, 10),
        ("COPY (SELECT 1) TO 'x'", "This is COPY", 1, 1),
        ("ATTACH 'x'", "This is ATTACH", 1, 1),
        ("SET memory_limit = '1GB'", "This is SET", 1, 1),
        ("CREATE TABLE x AS SELECT 1", "This is CREATE", 1, 1),
        ("SELECT 1;\n\n  SELECT 2", "2 statements", 3, 3),
        ("SELECT a,\n b c d FROM x", "near “d”", 2, 6),
        ("SELECT é,\n é d e FROM x", "near “e”", 2, 6),
        ("SELECT 'a", "not closed", 1, 1),
        ("-- nothing", "no SQL", 1, 1),
    ],
)
def test_what_is_not_one_select_is_told_with_its_place(
    text: str, words: str, line: int, column: int
) -> None:
    trouble = sql.read(text).trouble
    assert trouble is not None
    assert words in trouble.message
    assert (trouble.line, trouble.column) == (line, column)


def test_a_semicolon_at_the_end_is_fine() -> None:
    assert sql.read("SELECT 1 AS a;\n-- done\n").trouble is None


def test_parameters_are_found_outside_of_strings_and_comments() -> None:
    text = "SELECT é, '$x', $$ $y $$, \"$z\", a->>'$.b' -- $c\nFROM t WHERE m = $month OR n = ?"
    found = [(each.name, each.line, each.column) for each in sql.read(text).parameters]
    assert found == [("month", 2, 18), ("?", 2, 32)]


def test_functions_that_open_files_are_named() -> None:
    found = sql.read("SELECT * FROM read_csv_auto('/etc/passwd'), read_parquet('x')")
    assert [reader.name for reader in found.readers] == ["read_csv_auto", "read_parquet"]


def test_the_engine_has_the_last_word() -> None:
    ours = sql.read("SELECT a b c FROM flights")
    assert ours.trouble
    theirs = ours.read_by_engine(tables=["flights"], parameters=["month"])
    assert theirs.trouble is None
    assert [table.name for table in theirs.tables] == ["flights"]
    assert sql.read("SELECT 1 AS a FROM F").read_by_engine(tables=["f"], parameters=[]).tables == (
        sql.Reference("F", 1, 20),
    )


def test_lineage_names_the_inputs_of_each_column_where_the_text_tells() -> None:
    text = (
        "SELECT c.name AS carrier, count(*) AS flights, avg(f.delay) AS mean, 1 AS one, d "
        "FROM flights f JOIN carriers c USING (carrier) GROUP BY ALL"
    )
    assert sql.lineage(text, ["flights", "carriers"]) == {
        "carrier": ["carriers"],
        "flights": ["carriers", "flights"],
        "mean": ["flights"],
        "one": [],
        "d": None,
    }
    through = (
        "WITH q AS (SELECT carrier, max(d) AS m FROM flights GROUP BY 1) SELECT carrier, m FROM q"
    )
    assert sql.lineage(through, ["flights"]) == {"carrier": ["flights"], "m": ["flights"]}
    assert sql.lineage("not sql at all (", []) == {}


def test_each_column_says_which_columns_of_which_inputs_it_is_made_of() -> None:
    inputs = {"flights": ["carrier", "Delay", "month"], "carriers": ["carrier", "name"]}
    text = (
        "WITH q AS (SELECT carrier, delay + month AS late FROM Flights) "
        "SELECT name, count(*), avg(late) AS mean, 1 AS one, late, DELAY AS lost "
        "FROM q JOIN carriers USING (carrier) GROUP BY ALL"
    )
    late = (sql.Origin("flights", "Delay"), sql.Origin("flights", "month"))
    assert sql.origins(text, inputs) == (
        (sql.Origin("carriers", "name"),),
        (sql.Origin("carriers", ""), sql.Origin("flights", "")),
        late,
        (),
        late,
        None,  # no input in reach has it
    )
    assert sql.origins("SELECT * FROM carriers", inputs) == (
        (sql.Origin("carriers", "carrier"),),
        (sql.Origin("carriers", "name"),),
    )
    assert sql.origins("not sql at all (", inputs) == ()


def test_a_query_that_grows_when_it_is_written_out_is_not_followed() -> None:
    doubling = ", ".join(f"x{n} + x{n} AS x{n + 1}" for n in range(40))
    assert sql.origins(f"SELECT a AS x0, {doubling} FROM t", {"t": ["a"]}) == ()
    assert set(sql.lineage(f"SELECT a AS x0, {doubling} FROM t", ["t"]).values()) == {None}
    pairs = ", ".join(f"q{n + 1} AS (SELECT * FROM q{n} a JOIN q{n} b ON true)" for n in range(40))
    assert sql.origins(f"WITH q0 AS (FROM t), {pairs} SELECT 1 FROM q40", {"t": ["a"]}) == ()
