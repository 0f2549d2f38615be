"""The list of runs is narrowed down by whose they are, of what, by whom and since when."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pipelines.runs import queries
from pipelines.runs.models import Run
from portal.accounts.models import User
from tests.whole_house import Whole

pytestmark = pytest.mark.django_db
NONE = "No run fits this filter"


@pytest.fixture
def reader(client: Client, people: dict[str, User]) -> Client:
    client.force_login(people["mira"])
    return client


def numbers(reader: Client, query: str) -> set[int]:
    page = reader.get(f"/runs/?{query}").content.decode()
    if NONE in page:
        return set()
    return {row.number for row in Run.objects.all() if f'href="/runs/{row.number}/"' in page}


def test_each_filter_leaves_what_it_says(reader: Client, whole: Whole) -> None:
    every = numbers(reader, "")
    name, run = whole.component.name, whole.ended_run
    assert run.version
    assert run.number in every
    assert numbers(reader, f"team={run.team.name}") == every
    assert numbers(reader, "team=finance-data") == set()
    assert numbers(reader, "team=no-such-team") == set()
    asked = Run.objects.filter(requested_by__isnull=False)
    by = asked.latest("pk").requested_by
    assert by
    assert numbers(reader, f"by={by.username}") == {
        row.number for row in asked.filter(requested_by=by)
    }
    assert numbers(reader, "by=nobody") == set()
    version = run.version.number
    of_it = {row.number for row in Run.objects.filter(version=run.version)}
    assert numbers(reader, f"component={name}&version={version}") == of_it
    assert numbers(reader, f"component={name}&version=v{version}") == of_it
    for nonsense in ("77", "x", "9" * 30):
        assert numbers(reader, f"component={name}&version={nonsense}") == set()
    assert numbers(reader, "days=nonsense") == every


def test_it_begins_with_my_teams_and_what_is_open_or_went_wrong(
    reader: Client, whole: Whole
) -> None:
    page = reader.get("/runs/").content.decode()
    assert 'href="?team=airline-data"' in page
    found = queries.tally(timezone.now())
    waiting = Run.objects.filter(state=Run.State.QUEUED).count()
    assert found[Run.State.QUEUED] == waiting
    assert f"{waiting} queued" in page
    assert 'href="?state=queued"' in page


def counted(reader: Client, query: str) -> tuple[str, dict[str, int]]:
    """What stands before the numbers by state, and the numbers."""
    page = reader.get(f"/runs/?{query}").content.decode()
    [*_, line] = re.findall(r'<p class="counts">(.*?)</p>', page)  # whose teams' stands before it
    words = re.sub(r"<svg.*?</svg>", "", line)
    numbers = {state: int(n) for n, state in re.findall(r"([0-9]+) ([a-z]+)</a>", words)}
    return re.findall(r'<span class="muted">(.*?)</span>', words)[0], numbers


def in_the_database(**filters: Any) -> dict[str, int]:
    return dict(Counter(Run.objects.filter(**filters).values_list("state", flat=True)))


def test_a_narrowed_list_counts_its_own_states(reader: Client, whole: Whole) -> None:
    everything = in_the_database()
    assert len(everything) > 1
    assert counted(reader, "team=airline-data") == ("Of these:", everything)
    assert counted(reader, "days=7&state=queued") == ("Of these:", everything), "of any state"
    in_staging = in_the_database(environment__name="staging")
    assert counted(reader, "environment=staging")[1] == in_staging
    page = reader.get("/runs/?environment=staging").content.decode()
    assert 'href="?environment=staging&amp;state=queued"' in page
    by = {"requested_by__username": "mira"}
    assert counted(reader, "by=mira")[1] == in_the_database(**by)
    none = counted(reader, "team=finance-data&state=failed")
    assert none == ("Of these:", {"failed": 0}), "what is chosen can be taken away again"


def test_of_many_runs_the_newest_are_counted_in_one_query(
    reader: Client, whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader.get("/runs/?team=airline-data")  # what is asked once in a process is known now
    with CaptureQueriesContext(connection) as narrowed:
        counted(reader, "team=airline-data")
    with CaptureQueriesContext(connection) as by_state:
        counted(reader, "team=airline-data&state=queued")
    assert len(narrowed) == len(by_state)
    states = [one["sql"] for one in narrowed if 'SELECT "pipelines_run"."state" AS' in one["sql"]]
    assert len(states) == 1
    assert states[0].endswith(f"LIMIT {queries.MOST_NARROWED}")
    monkeypatch.setattr(queries, "MOST_NARROWED", 2)
    words, numbers = counted(reader, "team=airline-data")
    assert words == "The newest 2 of these:"
    newest = Run.objects.order_by("-pk").values_list("state", flat=True)[:2]
    assert numbers == dict(Counter(newest))


def test_names_are_offered_as_one_types(reader: Client, whole: Whole) -> None:
    for path in ("/runs/", "/deployments/", "/changes/", "/traces/"):
        page = reader.get(path).content.decode()
        assert 'list="offered-component"' in page, path
    options = "/golden-paths/options/transformation?field=component&component=punctual"
    assert f'value="{whole.component.name}"' in reader.get(options).content.decode()


def test_deployments_are_narrowed_down_to_a_team(reader: Client, whole: Whole) -> None:
    row = f'href="/components/{whole.component.name}/'
    assert row in reader.get("/deployments/?team=airline-data").content.decode()
    assert "No deployment fits" in reader.get("/deployments/?team=finance-data").content.decode()
