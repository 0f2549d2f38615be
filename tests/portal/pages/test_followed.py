"""A list that is polled never moves what someone reads: newer rows are counted, not shown."""

from __future__ import annotations

from django.test import Client

from pipelines.runs.models import Run
from portal import pages
from portal.accounts.models import User
from tests.whole_house import Whole


def test_a_list_is_followed(whole: Whole, people: dict[str, User]) -> None:
    rows = Run.objects.all()
    newest, reading = rows.order_by("-pk")[:2]
    page, newer = pages.followed(rows, upto=str(reading.pk))
    assert (page.rows[0], newer) == (reading, 1)
    page, newer = pages.followed(rows, upto="nonsense")
    assert (page.rows[0], newer) == (newest, 0)

    client = Client(headers={"HX-Request": "true"})
    client.force_login(people["mira"])
    lines = client.get("/runs/", {"upto": str(reading.pk)})
    assert "1 new" in lines.content.decode()
    assert f"Run {newest.number}<" not in lines.content.decode()
    seen = lines.headers["X-Seen"]
    again = client.get("/runs/", {"upto": str(reading.pk), "seen": seen})
    assert again.status_code == 204, "nothing changed, so nothing is swapped"
    Run.objects.filter(pk=reading.pk).update(state=Run.State.FAILED)
    again = client.get("/runs/", {"upto": str(reading.pk), "seen": seen})
    assert "Failed" in again.content.decode(), "a row changes where it stands"
