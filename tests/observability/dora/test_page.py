"""The page: tiles, rows, filters in the address, the dialog, the file, the panel."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from observability.changes.models import Change
from observability.dora import operations
from observability.dora.models import Reclassification
from portal.catalog.models import Component
from tests.observability.dora.conftest import Deployed

Browser = Callable[[str], Client]
MINE = "/dora/?component=weather-api"


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()
    return " ".join(answer.content.decode().split())


def test_it_shows_five_figures_and_one_more(history: dict[str, Change], browser: Browser) -> None:
    page = text(browser("jonas"), MINE)
    for title in ("Deployment frequency", "Change lead time", "Change fail rate"):
        assert title in page
    assert "18 <small>hours</small>" in page
    assert "20 <small>%</small>" in page
    assert "To the first correct delivery" in page
    assert "Nearest 2024 cluster: elite" in page
    assert "5 deployments to production in 90 days" in page


def test_every_figure_opens_its_rows(history: dict[str, Change], browser: Browser) -> None:
    client = browser("jonas")
    failed = text(client, f"{MINE}&figure=fail_rate")
    assert history["wrong"].url in failed
    assert "Rolled back" in failed
    assert f'href="{history["second"].url}"' not in failed
    assert f'href="{history["second"].url}"' in text(client, f"{MINE}&figure=frequency")


def test_who_asks_for_nothing_begins_with_a_team_of_theirs(browser: Browser) -> None:
    assert browser("mira").get("/dora/").headers["Location"] == "/dora/?team=airline-data"
    assert browser("priya").get("/dora/").status_code == 200


def test_who_asks_without_a_team_gets_one_of_theirs_and_keeps_the_rest(browser: Browser) -> None:
    answer = browser("mira").get("/dora/?environment=staging&days=7&figure=fail_rate")
    kept = "environment=staging&days=7&figure=fail_rate"
    assert answer.headers["Location"] == f"/dora/?{kept}&team=airline-data"


def test_without_deployments_it_teaches(component: Component, browser: Browser) -> None:
    assert "Nothing was deployed yet" in text(browser("priya"), "/dora/")
    assert "Nothing was deployed here yet" in text(browser("mira"), MINE)


def test_of_several_components_each_has_its_line(
    component: Component, other: Component, deployed: Deployed, browser: Browser
) -> None:
    deployed(component, 10)
    deployed(other, 10)
    page = text(browser("mira"), "/dora/?team=")
    assert page.count('data-label="Recovery time"') == 2, "as the narrow page heads each figure"
    assert "the median of 2 components" in page
    assert "component=invoices" in page
    assert "component=invoices" not in text(browser("mira"), "/dora/?team=airline-data")


def test_rows_come_a_page_at_a_time(
    component: Component, deployed: Deployed, browser: Browser
) -> None:
    rows = [deployed(component, 100 - number) for number in range(33)]
    client = browser("jonas")
    first = text(client, f"{MINE}&figure=frequency")
    assert f"before={rows[3].pk}" in first
    assert f'href="{rows[2].url}"' not in first
    older = text(client, f"{MINE}&figure=frequency&before={rows[3].pk}")
    assert f'href="{rows[2].url}"' in older


@pytest.mark.parametrize("query", ["days=soon", "figure=people", "since=x"])
def test_what_can_not_be_meant_is_said(browser: Browser, query: str) -> None:
    answer = browser("jonas").get(f"/dora/?team=&{query}")
    assert answer.status_code == 422
    assert "“" in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("component=weather", "There is no component called “weather”."),
        ("team=airline", "There is no team called “airline”."),
    ],
)
def test_a_part_of_a_name_keeps_the_form_and_says_that_names_are_whole(
    component: Component, browser: Browser, query: str, said: str
) -> None:
    page = text(browser("mira"), f"/dora/?environment=production&days=30&{query}")
    assert said in page
    assert "matched by their whole names" in page
    assert 'name="days" value="30"' in page
    assert "Nothing was deployed here yet" not in page


def test_a_maintainer_says_in_the_dialog_what_it_was(
    history: dict[str, Change], browser: Browser
) -> None:
    client, address = browser("ines"), f"/dora/changes/{history['wrong'].pk}/reclassify"
    assert address in text(client, f"{MINE}&figure=fail_rate")
    assert address not in text(browser("mira"), f"{MINE}&figure=fail_rate")
    assert "Not caused by a change" in text(client, address)
    assert client.post(address, {"what": "not_a_failure"}).status_code == 422
    htmx = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{MINE}&figure=fail_rate"}
    body = {"what": "not_a_failure", "reason": "A drill."}
    answer = client.post(address, body, headers=htmx)
    assert answer.headers["HX-Redirect"] == f"{MINE}&figure=fail_rate"
    assert Reclassification.objects.get().what == "not_a_failure"
    assert "A drill." in text(client, f"{MINE}&figure=fail_rate")
    back = client.post(f"/dora/changes/{history['wrong'].pk}/take-back", {"yes": "yes"})
    assert back.headers["Location"] == f"{MINE}&environment=production"


def test_the_file_has_all_rows(history: dict[str, Change], browser: Browser) -> None:
    answer = browser("jonas").get("/dora/rows.csv?component=weather-api")
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(answer.content.decode()))}
    assert len(rows) == 5
    wrong = rows[str(history["wrong"].pk)]
    assert (wrong["failed"], wrong["commits"]) == ("rolled back", "1")
    assert float(wrong["recovery_s"]) == pytest.approx(7200, abs=2)
    assert rows[str(history["first"].pk)]["is_baseline"] == "yes"


def test_a_name_from_outside_runs_nothing_in_a_spreadsheet(
    component: Component, deployed: Deployed, browser: Browser
) -> None:
    deployed(component, 10, release="=cmd()")
    answer = browser("jonas").get("/dora/rows.csv?component=weather-api")
    assert ",'=cmd()," in answer.content.decode()


def test_the_component_page_has_the_five(history: dict[str, Change], browser: Browser) -> None:
    panel = text(browser("jonas"), "/components/weather-api/panels/dora")
    assert "Change fail rate" in panel
    assert f"{MINE}&amp;figure=recovery" in panel


def test_it_takes_the_same_queries_however_long(
    component: Component,
    deployed: Deployed,
    browser: Browser,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    client = browser("ines")

    def more(times: int) -> None:
        for number in range(times):
            one = deployed(component, 50 + number, commits=[60 + number])
            deployed(component, 40 + number, reverses=one)

    for times in (2, 9):
        more(times)
        with django_assert_num_queries(25):  # judged on the spot
            client.get("/dora/?team=airline-data&figure=frequency")
        operations.keep_up()
        with django_assert_num_queries(19):
            client.get("/dora/?team=airline-data&figure=frequency")
        with django_assert_num_queries(18):  # what it was made of is remembered
            client.get("/dora/?team=airline-data&figure=frequency")
