"""The pages of a draft: one form that saves itself, told by the rules of registering alone."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from deployments.releases import operations as releases
from launch.places import ROOT
from pipelines.drafts import operations, queries
from pipelines.drafts.models import Draft
from pipelines.drafts.queries import Page
from pipelines.previews import work
from pipelines.transformations import operations as transformations
from portal.errors import Refused
from tests.pipelines.drafts.conftest import look_at, may_see_rows, preview_of
from tests.pipelines.factories import House, file

Browser = Callable[[str], Client]
Post = Callable[..., Draft]
HTMX = {"HTTP_HX_REQUEST": "true"}


def sent(client: Client, draft: Draft, path: str, /, **values: Any) -> Any:
    return client.post(f"{draft.url}{path}", values, **HTMX)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"sql": "SELECT * FROM flihgts WHERE month = $mnth"},
        {"contract": {"columns": [{"name": "carrier", "type": "varchr"}], "key": ["nobody"]}},
        {"defaults": {"schedule": {"cron": "0 25 * * *", "timezone": "Europe/Berlyn"}}},
        {"deliveries": [{"client": "acme", "destination": "acme-drop", "format": "xls"}]},
        {"checks": [{"name": "a", "sql": "DROP TABLE x"}, {"name": "a", "sql": "SELECT"}]},
        {"inputs": {"select": {"connection": "nyc-files"}}},
    ],
)
def test_a_draft_is_told_what_registering_would_refuse_word_for_word(
    house: House, spoilt: dict[str, Any]
) -> None:
    content = file(**spoilt)
    draft = operations.begin(
        team=house.team, text=json.dumps(content), by=house.developer, now=timezone.now()
    )
    told = Page(draft, house.developer, timezone.now()).judgement.findings
    with pytest.raises(Refused) as refused:
        transformations.register(file=draft.text, by=house.developer, now=timezone.now())
    assert [finding.as_detail() for finding in told] == refused.value.details
    assert told


def test_there_is_no_second_rule_book() -> None:
    """Drafts edit, show and ask; no module of theirs knows what makes a file wrong."""
    judging = {
        "rules.problems",
        "name_problems",
        "sql.problems",
        "shape.problems",
        "party_findings",
    }
    for path in (ROOT / "pipelines" / "drafts").rglob("*.py"):
        text = Path(path).read_text()
        allowed = {"sql.problems"} if path.name == "lint.py" else set()
        assert not [name for name in judging - allowed if name in text], path


def test_a_draft_begins_with_a_title_and_a_team_that_is_chosen_already(
    house: House, browser: Browser
) -> None:
    client = browser("mira")
    page = client.get("/drafts/new").content.decode()
    assert '<option value="airline-data" selected>' in page or 'value="airline-data"' in page
    answer = client.post("/drafts/new", {"title": "Über delays", "team": "airline-data"})
    draft = queries.draft(int(answer.headers["Location"].split("/")[2]))
    assert (draft.name, draft.title) == ("uber-delays", "Über delays")
    shown = client.get(draft.url).content.decode()
    assert "Free. Its page will be /components/uber-delays/" in shown
    assert client.get("/drafts/").content.decode().count(draft.url) == 1


def test_a_new_one_is_offered_to_who_may_begin_it(house: House, browser: Browser) -> None:
    for person, is_offered in (("mira", True), ("jonas", False)):
        page = browser(person).get("/drafts/").content.decode()
        assert "No drafts here" in page
        assert ('href="/drafts/new"' in page) is is_offered, person


def test_a_version_that_was_rejected_is_not_offered_without_a_word(
    house: House, browser: Browser
) -> None:
    house.register(file(), now=timezone.now())
    assert "rejected</span>" not in browser("mira").get("/drafts/new").content.decode()
    release = house.component().releases.get()
    releases.reject(release=release, by=house.approver, now=timezone.now(), reason="Drops rows.")
    shown = browser("mira").get("/drafts/new").content.decode()
    assert 'title="Drops rows."' in shown
    assert "rejected</span>" in shown


def test_beside_one_that_was_rejected_stands_the_one_before(house: House, browser: Browser) -> None:
    versions = [house.register(file(**spec), now=timezone.now()) for spec in ({}, {"checks": []})]
    client = browser("mira")
    offered = re.compile(r'name="change" value="([\w-]+)"')
    assert offered.findall(client.get("/drafts/new").content.decode()) == [str(versions[1].pk)]
    newest = house.component().releases.get(number=2)
    releases.reject(release=newest, by=house.approver, now=timezone.now(), reason="Drops rows.")
    shown = client.get("/drafts/new?q=carrier").content.decode()
    assert offered.findall(shown) == [str(versions[1].pk), str(versions[0].pk)]


def test_a_version_can_be_changed_or_copied(house: House, browser: Browser) -> None:
    version = house.register(file(), now=timezone.now())
    client = browser("mira")
    assert "carrier-punctuality" in client.get("/drafts/new").content.decode()
    client.post("/drafts/new", {"team": "airline-data", "change": str(version.pk)})
    client.post("/drafts/new", {"team": "airline-data", "copy": str(version.pk)})
    change, copy = Draft.objects.order_by("pk")
    assert (change.name, change.base) == ("carrier-punctuality", version)
    assert (copy.name, copy.base) == ("carrier-punctuality-copy", None)
    house.register(file(sql=file()["spec"]["sql"] + " LIMIT 5"), now=timezone.now())
    shown = client.get(change.url).content.decode()
    assert "Mira Okafor registered v2 meanwhile." in shown


def test_an_edit_answers_what_follows_and_the_next_revision(
    house: House, browser: Browser, draft: Draft
) -> None:
    answer = sent(
        browser("mira"), draft, "edit", edit="input.add", connection="nyc-files",
        path="flights.parquet", seen="1",
    )  # fmt: skip
    text = answer.content.decode()
    assert 'id="seen" name="seen" value="2" hx-swap-oob="morph"' in text
    assert (
        json.loads(answer.headers["HX-Trigger"])["draft-sql"]["sql"] == "SELECT *\nFROM flights\n"
    )
    assert re.search(r'id="part-inputs" data-part hx-swap-oob="morph"', text)
    assert "Saved" in text


def test_without_script_every_button_is_a_form(
    house: House, browser: Browser, draft: Draft
) -> None:
    client = browser("mira")
    given = {"edit": "schedule", "preset": "0 6 * * *", "timezone": "Europe/Berlin"}
    answer = client.post(f"{draft.url}edit", given)
    assert answer.headers["Location"] == f"{draft.url}#schedule"
    shown = client.get(draft.url).content.decode()
    assert "every day at 06:00, Europe/Berlin" in shown
    assert shown.count(" 06:00</time>") >= 5, "as the clock on the wall there shows them"


def test_whoever_is_late_is_told_on_the_page(
    house: House, browser: Browser, draft: Draft, post: Post
) -> None:
    post(draft, "sql", sql="SELECT 1", by=house.owner)
    answer = sent(browser("mira"), draft, "edit", edit="sql", sql="SELECT 2", seen="1")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Tomas Novak saved the query meanwhile" in text
    assert "yours is beside it as revision 3" in text
    compared = browser("mira").get(f"{draft.url}history?revision=3").content.decode()
    assert "kept beside" in compared
    here = browser("jonas").post(f"{draft.url}here", {"seen": "1"}).content.decode()
    assert "Tomas Novak saved a newer revision" in here


def test_the_file_is_the_other_view_and_may_be_broken(
    house: House, browser: Browser, draft: Draft
) -> None:
    client = browser("mira")
    answer = sent(client, draft, "file", file="metadata:\n  name: [", seen="1")
    assert "This can&#x27;t be read as YAML" in answer.content.decode()
    assert client.get(draft.url).headers["Location"] == f"{draft.url}file"
    whole = client.get(f"{draft.url}file").content.decode()
    assert "Mend it" not in whole
    assert "metadata:\n  name: [" in whole


def test_an_editor_is_told_at_line_and_column(
    house: House, browser: Browser, written: Draft
) -> None:
    look_at(written, house.developer)
    client = browser("mira")

    def told(**values: str) -> list[dict[str, Any]]:
        return client.post(f"{written.url}validate", values).json()["findings"]

    [wrong] = told(sql="SELECT carrier,\n  carier\nFROM flights WHERE month = $month")
    assert (wrong["line"], wrong["column"], wrong["severity"]) == (2, 3, "error")
    assert wrong["message"].startswith('Referenced column "carier" not found')
    [half] = told(sql="SELECT carrier,\nFROM FROM flights WHERE month = $month")
    assert (half["line"], half["message"][:12]) == (2, "Syntax error")
    assert told(sql="SELECT *\nFROM flihgts WHERE month = $month")[0]["line"] == 2
    assert told(sql="SELECT carrier FROM flights WHERE month = $month") == []
    assert told(sql="") == []
    [unread] = told(file="a: b: c")
    assert unread["line"] == 1


def test_the_dock_counts_what_the_rail_counts(house: House, browser: Browser, post: Post) -> None:
    def counted(draft: Draft) -> tuple[list[tuple[str, int]], str]:
        page = browser("mira").get(draft.url).content.decode()
        (rail,) = re.findall(r'<ul class="steps-rail">.*?</ul>', page)
        parts = re.findall(r"</span>([A-Z]\w+)<small>(?:(\d+) to mend|to do)</small>", rail)
        said = re.search(r"(\d+ things?) to mend or do", page)
        return [(part, int(number or 1)) for part, number in parts], said[1] if said else ""

    draft = operations.begin(
        team=house.team, title="Carrier counts", by=house.developer, now=timezone.now()
    )
    assert counted(draft) == ([("Inputs", 1), ("Query", 1)], "2 things")
    draft = post(draft, "sql", sql="SELECT nothing FROM nowhere WHERE a = $a")
    assert counted(draft) == ([("Inputs", 1), ("Query", 2)], "3 things")
    draft = post(draft, "sql", sql="SELECT 1 AS n")
    assert counted(draft) == ([], ""), "a query that reads no inputs needs none"
    transformations.register(file=draft.text, by=house.developer, now=timezone.now())


def test_the_preview_stands_on_the_page_and_brings_proposals(
    house: House, browser: Browser, written: Draft
) -> None:
    look_at(written, house.developer)
    client = browser("mira")
    asked = sent(client, written, "edit", edit="sql", sql=file()["spec"]["sql"], then="preview")
    assert "Waits for a worker" in asked.content.decode()
    preview = written.previews.get()
    work.rehearse(preview_id=str(preview.pk), clock=timezone.now)
    over = client.get(f"{written.url}panels/preview", **HTMX)
    text = over.content.decode()
    assert over.status_code == 286
    assert "Accept contract and 3 checks" in text
    assert "Rows that come from nyc-files are not shown to you" in text
    assert ">C0<" not in text
    assert "<td><code>flights.carrier</code></td>" in text, "what its columns are made of is shown"
    assert "the rows of <code>flights</code>" in text
    may_see_rows(house)
    assert ">C0<" in client.get(written.url).content.decode()


def test_accepting_makes_what_was_ticked(
    house: House, browser: Browser, written: Draft, post: Post
) -> None:
    look_at(written, house.developer)
    preview_of(written, house.developer)
    client = browser("mira")
    page = client.get(written.url).content.decode()
    form = re.search(r'value="contract.accept">.*?</form>', page, re.DOTALL)
    assert form
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form[0]):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="(.*?)"', tag, re.DOTALL)
        if name and value and ('type="checkbox"' not in tag or " checked" in tag):
            fields.setdefault(name[1], []).append(html.unescape(value[1]))
    sent(client, written, "edit", edit="contract.accept", **fields)
    spec = Page(queries.draft(written.number), house.developer, timezone.now()).reading.spec
    assert spec["contract"]["key"] == ["carrier"]
    assert [check["name"] for check in spec["checks"]] == [
        "carrier unique", "flights never empty", "every row counted once",
    ]  # fmt: skip
    again = preview_of(queries.draft(written.number), house.developer)
    assert [check["is_passed"] for check in again.checks] == [True, True, True]


def test_those_who_may_only_look_can_not_press_anything(
    house: House, browser: Browser, written: Draft
) -> None:
    shown = browser("jonas").get(written.url).content.decode()
    assert '<fieldset class="blocks draft-form" disabled>' in shown
    assert "Developers of airline-data can change it." in shown
