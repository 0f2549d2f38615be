"""A copy of the audit is taken along as a stream, and that it was taken is an entry."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.audit import operations, queries
from portal.audit.models import Entry
from portal.errors import NotAllowed, Refused
from tests.conftest import NOW


def act(number: int = 1, **given: object) -> Entry:
    usual = {"verb": "x.y", "by": None, "now": NOW, "kind": "x", "thing": f"thing {number}"}
    return operations.record(**{**usual, **given})  # type: ignore[arg-type]


def rows(by: User, form: str = "jsonl", **filters: str) -> str:
    export = operations.export(form=form, filters=filters, by=by, now=NOW)
    return "".join(queries.exported(export))


def test_it_holds_what_fits_over_several_batches(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "BATCH", 2)
    made = [act(number) for number in range(5)]
    act(9, verb="x.z")
    operations.seal(now=NOW)
    told = [json.loads(line) for line in rows(people["priya"], verb="x.y").splitlines()]
    assert [one["id"] for one in told] == [str(entry.pk) for entry in made]
    assert all(one["digest"] for one in told)


def test_it_ends_before_the_entry_that_says_so(people: dict[str, User]) -> None:
    rows(people["priya"])
    again = [json.loads(line)["verb"] for line in rows(people["priya"]).splitlines()]
    assert again.count("audit.export") == 1
    asked = Entry.objects.filter(verb="audit.export").latest("pk").after
    assert asked == {"format": "jsonl", "filters": {}}


def test_a_spreadsheet_runs_nothing_of_it(people: dict[str, User]) -> None:
    act(reason='=HYPERLINK("http://example.com")', after={"a": 1})
    found = list(csv.DictReader(io.StringIO(rows(people["priya"], "csv", kind="x"))))
    assert found[0]["reason"].startswith("'=")
    assert json.loads(found[0]["after"]) == {"a": 1}
    assert tuple(found[0]) == queries.HEAD


def test_nonsense_is_refused_before_anything_is_taken(people: dict[str, User]) -> None:
    with pytest.raises(Refused, match="There is no filter “colour”"):
        rows(people["priya"], colour="red")
    with pytest.raises(Refused, match="since"):
        rows(people["priya"], since="yesterday")
    with pytest.raises(NotAllowed):
        rows(people["ines"])
    assert not Entry.objects.filter(verb="audit.export").exists()


def test_the_page_streams_what_its_filters_show(people: dict[str, User]) -> None:
    act(thing="the boat")
    act(thing="the ship")
    client = Client()
    client.force_login(people["priya"])
    page = client.get("/audit/", {"thing": "the boat"}).content.decode()
    assert "the boat" in page
    assert "the ship" not in page
    answer = client.post("/audit/export", {"format": "csv", "thing": "the boat"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="audit.csv"'
    text = b"".join(answer).decode()  # type: ignore[arg-type]
    assert "the boat" in text
    assert "the ship" not in text


def test_an_entry_shows_whether_it_is_as_it_was_sealed(people: dict[str, User]) -> None:
    act(1)
    entry = act(2)
    operations.seal(now=NOW)
    whole = queries.entry(entry.pk)
    assert queries.seal_flaw(whole) == ""
    whole.reason = "Something else."
    assert queries.seal_flaw(whole) == "its entry is not what was sealed"
