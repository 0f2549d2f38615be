"""What every engine must do with files: other formats, samples, inputs that are looked at, text."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.engines.base import Arriving, EngineError, Limits, Source
from tests.contracts.test_engines import Subject, inputs, make, run, subject

__all__ = ["inputs", "make", "subject"]  # fixtures


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_a_result_becomes_another_format(
    subject: Subject, make: Any, tmp_path: Path, form: str
) -> None:
    job = make("SELECT id, carrier, NULL::DOUBLE AS gap FROM flights WHERE id < 3 ORDER BY id")
    run(subject, job)
    target = tmp_path / f"out.{form}"
    made = subject.engine.convert(source=job.result_path, target=str(target), format=form)
    content = target.read_bytes()
    assert (made.rows, made.bytes) == (3, len(content))
    assert made.checksum == f"sha256:{hashlib.sha256(content).hexdigest()}"
    if form == "csv":
        assert content.decode().splitlines() == ["id,carrier,gap", "0,C0,", "1,C1,", "2,C2,"]
    if form == "jsonl":
        lines = [json.loads(line) for line in content.splitlines()]
        assert lines[2] == {"id": 2, "carrier": "C2", "gap": None}
    with pytest.raises(EngineError, match="exists already"):
        subject.engine.convert(source=job.result_path, target=str(target), format=form)


def test_a_sample_holds_first_rows_that_json_can_carry(subject: Subject, make: Any) -> None:
    sql = (
        "SELECT 1 AS n, 9007199254740993::BIGINT AS big, 'NaN'::DOUBLE AS f, "
        "DATE '2013-01-31' AS d, repeat('x', 5000) AS long, 1.50::DECIMAL(9, 2) AS money, "
        "NULL::INTEGER AS gap, [1, 2] AS list FROM range(50)"
    )
    job = make(sql)
    run(subject, job)
    seen = subject.engine.sample(path=job.result_path, rows=2)
    assert [column.name for column in seen.columns][:2] == ["n", "big"]
    assert len(seen.rows) == 2
    cut = "x" * Limits().cell_characters + "…"
    assert seen.rows[0] == (
        1, "9007199254740993", "nan", "2013-01-31", cut, "1.50", None, "[1, 2]",
    )  # fmt: skip
    json.dumps(seen.rows, allow_nan=False)


def test_an_input_shows_its_columns_and_first_rows(
    subject: Subject, inputs: dict[str, Source]
) -> None:
    for source in (inputs["flights.parquet"], inputs["carriers.csv"]):
        seen = subject.engine.look(source=source, rows=2)
        assert len(seen.rows) == 2
        assert len(seen.columns) == len(seen.rows[0])
        assert subject.engine.look(source=source, rows=0).columns == seen.columns


def test_an_input_that_can_not_be_read_is_named(subject: Subject, tmp_path: Path) -> None:
    broken = tmp_path / "broken.parquet"
    broken.write_text("no")
    with pytest.raises(EngineError, match="The input flights cannot be read") as refused:
        subject.engine.look(source=Source("flights", "parquet", (str(broken),)))
    assert refused.value.kind == "input"


def test_text_of_a_database_becomes_typed_parquet_and_text_again(
    subject: Subject, tmp_path: Path
) -> None:
    text = tmp_path / "rows.csv"
    text.write_text('1,"",\\x00ff,"[""a"",null]",\n,"a,\n""b""",,,\n2,\\.,,"[]",\n')
    columns = (
        Arriving("i", "INTEGER"), Arriving('odd "name', "VARCHAR"), Arriving("b", "BLOB", "hex"),
        Arriving("l", "VARCHAR[]", "list"), Arriving("", "VARCHAR", "none"),
    )  # fmt: skip
    text.write_text(text.read_text().replace("\\x00ff", "00ff"))
    target = tmp_path / "rows.parquet"
    made = subject.engine.ingest(
        source=str(text), target=str(target), columns=columns, beat=lambda: True
    )
    assert made.rows == 3
    back = tmp_path / "back.csv"
    subject.engine.convert(source=str(target), target=str(back), format="copy")
    assert back.read_text() == ('1,"",\\x00ff,"[""a"",null]"\n,"a,\n""b""",,\n2,"\\.",,[]\n')


def test_a_value_that_does_not_fit_is_refused_by_its_column_and_not_shown(
    subject: Subject, tmp_path: Path
) -> None:
    text = tmp_path / "rows.csv"
    text.write_text("1\nsecret\n")
    with pytest.raises(EngineError, match="A value of the column amount does not fit") as refused:
        subject.engine.ingest(
            source=str(text), target=str(tmp_path / "rows.parquet"),
            columns=(Arriving("amount", "INTEGER"),), beat=lambda: True,
        )  # fmt: skip
    assert "secret" not in refused.value.message
    assert refused.value.kind == "input"
    assert not (tmp_path / "rows.parquet").exists()
