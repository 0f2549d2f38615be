"""Looking for traces, and looking at one: what pages say, and where they lead."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from observability.logs.stores.postgres import PostgresLogs
from observability.partitions.batches import nanoseconds
from observability.traces.stores.postgres import PostgresTraces
from portal.accounts.models import Team, User
from portal.catalog import operations as catalog
from tests.contracts.test_log_stores import line
from tests.contracts.test_trace_stores import TRACE, span

pytestmark = pytest.mark.django_db
Program = Callable[..., APIClient]
SECRET = "abcdef0123456789"


@pytest.fixture
def reader(client: Client, people: dict[str, User]) -> Client:
    client.force_login(people["jonas"])
    return client


@pytest.fixture(autouse=True)
def told() -> None:
    now = timezone.now() - timedelta(seconds=20)
    at = nanoseconds(now)
    failed = {"is_error": True, "message": "The bank refused <it>."}
    numbers = '{"slipway.run": 7, "slipway.delivery": 9}'
    links = f'[{{"trace_id": "{TRACE}", "span_id": "{1:016x}"}}]'
    PostgresTraces().write(
        [
            span(1, at=at, name="POST /pay", attributes=numbers),
            span(2, at=at, name="charge", component="bank", links=links, **failed),
            span(3, at=at, name="lost", parent_id="f" * 16),
        ]
    )
    own = {"component": "bank", "trace_id": TRACE, "span_id": f"{2:016x}"}
    PostgresLogs().write([line("card <declined>", now, **own)])


def test_the_list_names_traces_with_what_took_part_and_leads_on(reader: Client) -> None:
    page = reader.get("/traces/").content.decode()
    assert "POST /pay" in page
    assert "bank, checkout in production, 3 spans, 1 failed" in page
    assert f"/traces/{TRACE}/" in page
    assert "No trace fits" in reader.get("/traces/?component=nobody").content.decode()
    assert "POST /pay" in reader.get("/traces/?component=bank&error=1").content.decode()


def test_where_nothing_fits_a_longer_time_is_offered_and_nothing_to_narrow_down_by(
    reader: Client,
) -> None:
    page = reader.get(
        "/traces/?component=nobody&since=2026-01-01&until=2026-01-02"
    ).content.decode()
    assert (
        '<a class="button" href="?component=nobody&amp;time=14d">Look at the last 14 days' in page
    )
    assert "Narrow down</button>" not in page
    assert "Narrow down</button>" in reader.get("/traces/?component=bank").content.decode()
    longest = reader.get("/traces/?component=nobody&time=14d").content.decode()
    assert "Look at the last 14 days" not in longest


@pytest.fixture
def clicked() -> None:
    """Somebody looked at a page; and started a run of ledger in staging by another click."""
    at = nanoseconds(timezone.now())
    ours = {"at": at, "component": "slipway", "environment": ""}
    run = {"at": at, "component": "ledger", "environment": "staging", "kind": 5}
    PostgresTraces().write(
        [
            span(1, trace_id=f"{1:032x}", name="GET /components/", **ours),
            span(1, trace_id=f"{2:032x}", name="POST /run", **ours),
            span(2, trace_id=f"{2:032x}", name="run ledger", **run),
        ]
    )


ARRIVING = re.compile(r'data-arriving data-live hx-get="([^"]+)"')


def test_a_trace_that_is_only_just_over_looks_whether_more_of_it_comes(reader: Client) -> None:
    path = f"/traces/{'7' * 32}/"
    began = timezone.now()
    PostgresTraces().write([span(1, at=nanoseconds(began), trace_id="7" * 32, name="run ledger")])
    again = ARRIVING.search(reader.get(path).content.decode())
    assert again is not None
    page = {"headers": {"HX-Request": "true"}}
    assert reader.get(again[1], **page).status_code == 204
    child = span(2, at=nanoseconds(began), trace_id="7" * 32, parent_id=f"{1:016x}", name="read")
    PostgresTraces().write([child])
    assert reader.get(again[1], **page).headers["HX-Refresh"] == "true"


def test_a_trace_that_is_over_for_long_does_not(reader: Client) -> None:
    path = f"/traces/{TRACE}/"
    assert ARRIVING.search(reader.get(path).content.decode()) is None
    known = reader.get(f"{path}?rows=3", headers={"HX-Request": "true"})
    assert known.status_code == 286, "where it was still young, looking ends"


def test_nobody_waits_by_a_clock_that_is_an_hour_ahead(reader: Client) -> None:
    ahead = nanoseconds(timezone.now() + timedelta(hours=1))
    PostgresTraces().write([span(1, at=ahead, trace_id="7" * 32, name="run ledger")])
    assert ARRIVING.search(reader.get(f"/traces/{'7' * 32}/").content.decode()) is None


def test_a_trace_whose_first_span_is_on_its_way_is_shown_when_it_comes(reader: Client) -> None:
    page = {"headers": {"HX-Request": "true"}}
    before = reader.get(f"/traces/{'7' * 32}/")
    assert before.status_code == 404
    again = ARRIVING.search(before.content.decode())
    assert again is not None
    path = unescape(again[1])
    assert reader.get(path, **page).status_code == 204
    assert reader.get(re.sub(r"asked=\d+", "asked=1", path), **page).status_code == 286
    span_of_it = span(1, at=nanoseconds(timezone.now()), trace_id="7" * 32, name="run ledger")
    PostgresTraces().write([span_of_it])
    assert reader.get(path, **page).headers["HX-Refresh"] == "true"


@pytest.mark.parametrize("asked", ["", "soon", "9" * 5000, "-1"])
def test_nonsense_about_since_when_is_a_page_that_looks_from_now_on(
    reader: Client, asked: str
) -> None:
    answer = reader.get(f"/traces/{'7' * 32}/?asked={asked}", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert ARRIVING.search(answer.content.decode()) is not None


def test_what_can_be_no_trace_is_not_waited_for(reader: Client) -> None:
    answer = reader.get("/traces/airline/")
    assert answer.status_code == 404
    assert "32 hexadecimal digits" in answer.content.decode()
    assert ARRIVING.search(answer.content.decode()) is None


@pytest.mark.usefixtures("clicked")
def test_the_list_is_of_what_teams_run_until_one_asks_for_the_portals_own(reader: Client) -> None:
    page = reader.get("/traces/").content.decode()
    assert "GET /components/" not in page
    assert "POST /run" in page
    assert "POST /pay" in page
    page = reader.get("/traces/?own=1").content.decode()
    assert "GET /components/" in page
    assert '<option value="1" selected>Slipway’s own, too</option>' in page
    assert "GET /components/" in reader.get("/traces/?component=slipway").content.decode()


@pytest.mark.usefixtures("clicked")
def test_a_trace_that_began_with_a_click_is_of_the_environment_of_its_run(reader: Client) -> None:
    page = reader.get("/traces/?environment=staging").content.decode()
    assert "ledger, slipway in staging, 2 spans" in page
    assert "POST /pay" not in page


@pytest.mark.usefixtures("clicked")
def test_programs_get_the_portals_own_unless_they_leave_it_out(program: Program) -> None:
    def named(**asked: object) -> list[str]:
        rows = program("jonas", "read").get("/api/v1/traces/", asked).json()["results"]
        return [row["name"] for row in rows]

    assert set(named()) == {"GET /components/", "POST /run", "POST /pay"}
    assert set(named(own=False)) == {"POST /run", "POST /pay"}


@pytest.mark.parametrize("nonsense", ["time=x&least=y&before=z", "before=2026-01-01~1"])
def test_nonsense_in_the_address_breaks_nothing(reader: Client, nonsense: str) -> None:
    answer = reader.get(f"/traces/?{nonsense}")
    assert answer.status_code == 200
    assert '<option value="1d" selected>Last day</option>' in answer.content.decode()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("since=yesterday", "“yesterday” is no time: write it as 2026-11-20T14:00:00Z, in UTC."),
        ("until=99", "“99” is no time"),
        ("since=2026-11-20&until=2026-11-19", "The end of the time lies before its beginning."),
    ],
)
def test_a_time_that_is_none_is_said_instead_of_showing_another(
    reader: Client, query: str, words: str
) -> None:
    answer = reader.get(f"/traces/?component=bank&{query}")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert 'href="?component=bank"' in page
    assert "POST /pay" not in page


def test_a_trace_shows_its_spans_what_failed_and_what_is_missing(reader: Client) -> None:
    page = reader.get(f"/traces/{TRACE.upper()}/").content.decode()
    assert "1 span failed" in page
    assert "1 span names a parent that is not here" in page
    for link in ("/runs/7/", "/deliveries/9/", f"/logs/?q=trace%3A{TRACE}"):
        assert f'href="{link}' in page
    assert "style=" not in page.partition("data-waterfall")[2].partition("</section>")[0]


def test_a_span_says_everything_as_a_part_as_a_page_and_without_script(reader: Client) -> None:
    address = f"/traces/{TRACE}/spans/{2:016x}"
    part = reader.get(address, headers={"HX-Request": "true"}).content.decode()
    whole = reader.get(address).content.decode()
    opened = reader.get(f"/traces/{TRACE}/?span={2:016x}").content.decode()
    assert "<html" not in part
    for said in (part, whole, opened):
        assert "The bank refused &lt;it&gt;." in said
        assert "card &lt;declined&gt;" in said
        assert "span 0000000 of this trace" in said


def test_the_words_of_a_component_are_for_its_team(client: Client, people: dict[str, User]) -> None:
    """As its log lines are; when it was and how it ended everyone sees."""
    catalog.register(
        name="bank", kind="service", team=Team.objects.get(name="finance-data"),
        by=people["hannah"], now=timezone.now(),
    )  # fmt: skip
    for who, sees in (("jonas", False), ("hannah", True), ("priya", True)):
        client.force_login(people[who])
        page = client.get(f"/traces/{TRACE}/spans/{2:016x}").content.decode()
        assert ("The bank refused" in page) is sees, who
        assert ("card &lt;declined&gt;" in page) is sees
        assert ("is for the team of bank" in page) is not sees
        assert "1 span failed" in client.get(f"/traces/{TRACE}/").content.decode()


@pytest.mark.parametrize(
    "path", [f"/traces/{7:032x}/", "/traces/nothing/", f"/traces/{TRACE}/spans/{99:016x}"]
)
def test_what_is_not_known_is_said_in_words(reader: Client, path: str) -> None:
    answer = reader.get(path)
    assert answer.status_code == 404
    assert "trace" in answer.content.decode()


def test_the_api_lists_traces_page_by_page(program: Program) -> None:
    now = timezone.now()
    PostgresTraces().write(
        [
            span(1, at=nanoseconds(now - timedelta(minutes=n)), trace_id=f"{n:032x}")
            for n in range(1, 6)
        ]
    )
    reader = program("jonas", "read")
    first = reader.get("/api/v1/traces/", {"limit": 3}).json()
    rest = reader.get(first["next"]).json()
    seen = [one["trace_id"] for one in first["results"] + rest["results"]]
    assert seen == [TRACE, *(f"{n:032x}" for n in range(1, 6))]
    assert rest["next"] is None
    [one] = reader.get("/api/v1/traces/", {"component": "bank", "error": True}).json()["results"]
    assert (one["trace_id"], one["failed_spans"], one["components"]) == (
        *(TRACE, 1),
        ["bank", "checkout"],
    )
    assert one["environments"] == ["production"]
    assert reader.get("/api/v1/traces/", {"least": 999_999}).json()["results"] == []
    assert reader.get("/api/v1/traces/", {"limit": 0}).status_code == 422
    later = {"since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"}
    assert reader.get("/api/v1/traces/", later).status_code == 422
