"""Tables of a real second database: read whole or refused, in one snapshot, within bounds."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from pipelines.connections.sources.base import Portion, SourceError, Wanted
from pipelines.connections.sources.postgres import PostgresSource
from pipelines.engines.base import Source
from pipelines.engines.registry import engine
from tests.patience import patient
from tests.pipelines.second import Second, made

HERE = {"allow_local": True}
ODD = '"Odd ""Names"."a.b; DROP TABLE airlines"'
SOURCE = PostgresSource()


@pytest.fixture(scope="module")
def second() -> Iterator[Second]:
    with made() as found:
        yield found


def gather(second: Second, folder: Path, *tables: str, **more: Any) -> list[Source]:
    wanted = [Wanted(f"input_{number}", table=table) for number, table in enumerate(tables)]
    wishes = {"portion": Portion(), "beat": lambda: True, "note": print, "options": HERE, **more}
    return SOURCE.gather(second.url(), wanted, folder=folder / "fetched", **wishes)


def rows(source: Source) -> list[tuple[Any, ...]]:
    return list(engine().look(source=source, rows=20).rows)


def test_a_table_and_a_view_become_files_that_the_engine_reads(
    second: Second, tmp_path: Path, zygote: str
) -> None:
    table, view = gather(second, tmp_path, "public.airlines", "young_airlines")
    assert rows(table)[:2] == [("C0", "Carrier 0", 1920), ("C1", "Carrier 1", 1921)]
    assert rows(view)[0] == ("C4", "Carrier 4")
    assert sorted(path.suffix for path in (tmp_path / "fetched").iterdir()) == [".parquet"] * 2


def test_every_type_keeps_its_value(second: Second, tmp_path: Path, zygote: str) -> None:
    (found,) = gather(second, tmp_path, "kinds")
    seen = engine().look(source=found, rows=20)
    first = dict(zip([c.name for c in seen.columns], seen.rows[0], strict=True))
    assert first == {
        "b": True, "i2": -32768, "i8": "9223372036854775807", "f4": 1.5, "f8": "nan",
        "n": "1.0000000001", "n2": "1.234", "fare": "9.99", "d": "2026-01-02",
        "t": "23:59:59.999999", "ts": "2026-01-02 03:04:05.678901", "tz": "2026-01-02 01:04:05+00",
        "iv": "-1 years 3 days -04:05:06.5", "u": "00000000-0000-0000-0000-000000000001", "tx": "",
        "ch": "x", "js": '{"a": [1, null]}', "by": "\\x00\\xFFA", "e": "rough",
        "ints": "[1, NULL, 3]", "texts": "['a,b', NULL, 'q\"x', '']", "nums": "[1.25, NULL]",
        "wide": "12345678901234567.5000000000", "hundreds": "12300", "ip": "10.0.0.1/8",
    }  # fmt: skip
    texts = [row[list(first).index("tx")] for row in seen.rows]
    assert texts == ["", 'two\nlines, and "quotes"\r\n\\.', None, "\\N"]
    said = SOURCE.describe(second.url(), Wanted("x", table="kinds"), options=HERE)
    assert [(c.name, c.type) for c in said] == [(c.name, c.type) for c in seen.columns]


def test_nothing_and_an_empty_text_stay_apart_even_alone(
    second: Second, tmp_path: Path, zygote: str
) -> None:
    assert rows(gather(second, tmp_path, "lonely")[0]) == [(None,), ("",), ("a",)]


def test_odd_names_are_quoted_and_nothing_is_injected(
    second: Second, tmp_path: Path, zygote: str
) -> None:
    (found,) = gather(second, tmp_path, ODD)
    seen = engine().look(source=found)
    assert ([c.name for c in seen.columns], seen.rows) == (["select", 'Ünï "q"'], ((1, "one"),))
    assert second.ask("SELECT count(*) FROM airlines") == [(7,)]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("public.airline", "There is no table public.airline. Did you mean public.airlines?"),
        ("Airlines", "There is no table public.Airlines. Did you mean public.airlines?"),
        ("pg_catalog.pg_nothing", "There is no table pg_catalog.pg_nothing"),
        ("nobodys", "may not read public.nobodys. Who runs the database can allow it"),
        ("odd", "The column spot of public.odd is point, which has no counterpart"),
        ("fine", "A value of the column rate has more than 10 decimals"),
        ("endless", "A value of the column n does not fit DECIMAL(38,0)"),
        ("a.b.c", "“a.b.c” is no name of a table"),
        ("airlines; DROP TABLE airlines", "“airlines; DROP TABLE airlines” is no name"),
    ],
)
def test_what_can_not_be_read_is_refused_by_name(
    second: Second, tmp_path: Path, zygote: str, table: str, words: str
) -> None:
    with pytest.raises(SourceError, match="The input input_0: ") as refused:
        gather(second, tmp_path, table)
    assert words in refused.value.message
    assert refused.value.permanent
    assert "12345678" not in refused.value.message  # no value of a row


def test_only_the_columns_that_are_needed_are_read(
    second: Second, tmp_path: Path, zygote: str
) -> None:
    wanted = Wanted("x", table="odd", columns=("id",))
    with pytest.raises(SourceError, match="two columns that differ by case only"):
        SOURCE.gather(
            second.url(), [wanted], options=HERE, folder=tmp_path, portion=Portion(),
            beat=lambda: True, note=print,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("portion", "words"),
    [
        (Portion(rows=100), "public.many has more than 100 rows, which is the most"),
        (Portion(bytes=100_000), "public.many has more than 0.1 MB, which is the most"),
    ],
)
def test_more_than_is_allowed_is_refused_with_the_limit(
    second: Second, tmp_path: Path, portion: Portion, words: str
) -> None:
    with pytest.raises(SourceError) as refused:
        gather(second, tmp_path, "many", portion=portion)
    assert words in refused.value.message
    assert "raise the limit where it is bound" in refused.value.message
    written = sum(path.stat().st_size for path in (tmp_path / "fetched").iterdir())
    assert written < 200_000


def test_a_head_is_cut_and_not_refused(second: Second, tmp_path: Path, zygote: str) -> None:
    notes: list[str] = []
    (found,) = gather(
        second, tmp_path, "many", portion=Portion(rows=10, is_head=True), note=notes.append
    )
    assert len(rows(found)) == 10
    assert notes[0].startswith("input_0: 10 rows, 0.0 MB of public.many fetched in")


def test_a_slow_table_is_given_up_in_time(second: Second, tmp_path: Path) -> None:
    second.ask("CREATE OR REPLACE VIEW slow AS SELECT 1 AS one, pg_sleep(30)::text AS nap")
    second.ask(f"GRANT SELECT ON slow TO {second.reader}")
    began = time.monotonic()
    with pytest.raises(SourceError, match="could not be read within its time") as refused:
        gather(second, tmp_path, "slow", portion=Portion(seconds=0.3))
    assert not refused.value.permanent
    assert time.monotonic() - began < patient(3)


def test_cancelling_stops_the_database_too(second: Second, tmp_path: Path) -> None:
    second.ask("CREATE OR REPLACE VIEW slow AS SELECT 1 AS one, pg_sleep(30)::text AS nap")
    second.ask(f"GRANT SELECT ON slow TO {second.reader}")
    with pytest.raises(SourceError, match="cancelled") as refused:
        gather(second, tmp_path, "slow", beat=lambda: False)
    assert refused.value.is_cancelled
    busy = "SELECT count(*) FROM pg_stat_activity WHERE usename = %s AND state = 'active'"
    for _ in range(40):
        if second.ask(busy, second.reader) == [(0,)]:
            return
        time.sleep(0.05)
    raise AssertionError("the query still runs")


def test_several_tables_are_read_as_of_one_instant(
    second: Second, tmp_path: Path, zygote: str
) -> None:
    """What is written between the first and the second table is in neither."""
    second.ask("CREATE TABLE ledger (side text, amount int); CREATE TABLE log_of_ledger (n int)")
    second.ask("INSERT INTO ledger VALUES ('a', 1); INSERT INTO log_of_ledger VALUES (1)")
    second.ask(f"GRANT SELECT ON ledger, log_of_ledger TO {second.reader}")
    was_written = threading.Event()

    def note(line: str) -> None:
        if "public.ledger fetched" in line:
            second.ask("INSERT INTO ledger VALUES ('b', 2); INSERT INTO log_of_ledger VALUES (2)")
            was_written.set()

    ledger, log = gather(second, tmp_path, "ledger", "log_of_ledger", note=note)
    assert was_written.is_set()
    assert (rows(ledger), rows(log)) == ([("a", 1)], [(1,)])


def test_a_view_that_writes_is_refused_by_the_session(second: Second, tmp_path: Path) -> None:
    second.ask(
        "CREATE OR REPLACE FUNCTION meddle() RETURNS int LANGUAGE sql SECURITY DEFINER AS "
        "'INSERT INTO nobodys VALUES (1) RETURNING 1'"
    )
    second.ask("CREATE OR REPLACE VIEW meddling AS SELECT meddle() AS one")
    second.ask(f"GRANT SELECT ON meddling TO {second.reader}")
    with pytest.raises(SourceError, match="read-only transaction") as refused:
        gather(second, tmp_path, "meddling")
    assert refused.value.permanent
    assert second.ask("SELECT count(*) FROM nobodys") == [(0,)]


def test_a_shelf_shows_what_the_role_may_read(second: Second) -> None:
    shelf = SOURCE.browse(second.url(), options=HERE, search="airlines")
    assert [(each.name, each.kind) for each in shelf.offers] == [
        (ODD, "table"), ("public.airlines", "table"), ("public.young_airlines", "view"),
    ]  # fmt: skip
    everything = SOURCE.browse(second.url(), options=HERE, most=2)
    assert (len(everything.offers), everything.has_more) == (2, True)
    assert "public.nobodys" not in {
        o.name for o in SOURCE.browse(second.url(), options=HERE).offers
    }


def test_first_rows_are_shown_with_long_texts_cut(second: Second) -> None:
    seen = SOURCE.sample(second.url(), Wanted("x", table="airlines"), rows=1, options=HERE)
    assert seen.rows == (("C0", "Carrier 0", 1920),)
    odd = SOURCE.sample(second.url(), Wanted("x", table="odd"), options=HERE)
    assert [c.type for c in odd.columns] == ["INTEGER", "point ?", "INTEGER"]


def test_a_trial_says_who_answers_and_warns_of_wide_roles(second: Second) -> None:
    narrow = SOURCE.test(second.url(), options=HERE)
    assert "tables and views can be read" in narrow.summary
    assert narrow.warnings == ()
    (writer,) = SOURCE.test(second.url(second.writer), options=HERE).warnings[:1]
    assert "may create things in this database" in writer
    (owner,) = SOURCE.test(second.url(second.owner), options=HERE).warnings
    assert "is a superuser" in owner


@pytest.mark.parametrize(
    ("address", "options", "words"),
    [
        ("postgresql://r@127.0.0.1/ops", {}, "127.0.0.1 is this machine itself. Someone with the"),
        ("postgresql://r@localhost/ops", {}, "localhost leads to"),
        ("postgresql://r@169.254.169.254/ops", HERE, "is one that nobody delivers to"),
        ("postgresql://r@/ops?host=/run", {}, "/run is on this machine. Someone with the platform"),
    ],
)
def test_what_only_this_machine_reaches_is_shut(
    address: str, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(SourceError) as refused:
        SOURCE.test(address, options=options)
    assert words in refused.value.message


def test_roles_and_databases_that_are_not_there_are_told(second: Second) -> None:
    with pytest.raises(SourceError, match="There is no role nobody_here on") as refused:
        SOURCE.test(second.url("nobody_here"), options=HERE)
    assert refused.value.permanent
    with pytest.raises(SourceError, match="There is no database nothing_here on"):
        SOURCE.test(second.url(name="nothing_here"), options=HERE)


@pytest.mark.django_db
def test_a_portal_s_own_database_is_never_an_input(second: Second) -> None:
    own = second.url(second.owner, name=str(connection.settings_dict["NAME"]))
    with pytest.raises(SourceError, match="holds the tables of a portal") as refused:
        SOURCE.browse(own, options=HERE)
    assert refused.value.permanent
