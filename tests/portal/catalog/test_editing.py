"""What a component is can be changed by those who answer for it, and handed to others."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from time import sleep
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from rest_framework.test import APIClient

from portal.accounts import operations as accounts
from portal.accounts.models import Team, User
from portal.audit.models import Entry
from portal.catalog import facts, operations
from portal.catalog.facts import Link
from portal.catalog.models import Component
from portal.errors import Moved, NotAllowed, Refused
from portal.search.models import Findable
from portal.seen import digest, on_page
from tests.conftest import NOW
from tests.locks import somebody_waits

Browser = Callable[[str], Client]
EDIT = "/components/gate-api/edit"
RUNBOOK = {"title": "Runbook", "url": "https://wiki.example/gate", "kind": "runbook"}


@pytest.fixture
def component(people: dict[str, User], airline_data: Team) -> Component:
    return operations.register(
        name="gate-api", team=airline_data, kind="api", by=people["mira"], now=NOW
    )


def change(component: Component, by: User, **given: Any) -> Component:
    return operations.change(component=component, by=by, now=NOW, **given)


def test_what_is_given_changes_and_is_found_and_written_down(
    component: Component, people: dict[str, User]
) -> None:
    change(component, people["ines"], description="Where planes stand.", tier=1, links=[RUNBOOK])
    component.refresh_from_db()
    assert (component.description, component.tier, component.links) == (
        "Where planes stand.",
        1,
        [RUNBOOK],
    )
    assert Findable.objects.get(name="gate-api").text == "Where planes stand."
    entry = Entry.objects.latest("id")
    assert (entry.verb, entry.before["tier"], entry.after["tier"]) == ("component.change", 3, 1)
    assert "title" not in entry.after, "only what is different"


def test_nothing_new_leaves_no_entry(component: Component, people: dict[str, User]) -> None:
    before = Entry.objects.count()
    change(component, people["ines"], tier=3, title="")
    assert Entry.objects.count() == before


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"tier": 5}, "from 1"),
        ({"lifecycle": "deprecated"}, "golden path"),
        ({"links": [{"url": "javascript:alert(1)"}]}, "no address of a page"),
        ({"links": [{"url": "https://me:secret@wiki.example/"}]}, "holds a password"),
        ({"links": [{"url": f"https://wiki.example/{n}"} for n in range(13)]}, "At most 12"),
        ({"name": "other"}, "name can't be changed"),
        ({"seen": on_page("another")}, "Someone else changed gate-api meanwhile"),
    ],
)
def test_it_is_refused_in_words(
    component: Component, people: dict[str, User], given: dict[str, Any], said: str
) -> None:
    with pytest.raises(Refused, match=said):
        change(component, people["ines"], **given)


def test_developers_and_strangers_do_not(component: Component, people: dict[str, User]) -> None:
    for name in ("mira", "hannah"):
        with pytest.raises(NotAllowed, match="Ines Costa, Tomas Novak of airline-data can"):
            change(component, people[name], title="Mine")


def test_of_two_who_edit_the_second_one_is_told(
    component: Component, browser: Browser, people: dict[str, User]
) -> None:
    first, second = browser("ines"), browser("tomas")
    seen = digest(operations.facts_of(component))
    body = {"title": "Gates", "tier": "2", "lifecycle": "production", "seen": seen}
    assert first.post("/components/gate-api/edit", body).status_code == 302
    answer = second.post("/components/gate-api/edit", {**body, "title": "Doors"})
    assert answer.status_code == 409
    assert "Someone else changed gate-api meanwhile" in answer.content.decode()
    component.refresh_from_db()
    assert (component.title, component.lifecycle) == ("Gates", "production")


def test_the_form_reads_links_as_people_write_them(component: Component, browser: Browser) -> None:
    body = {
        "tier": "3",
        "runbook": RUNBOOK["url"],
        "links": "Chat of the team https://chat.example/air\nhttps://docs.example/x",
    }
    assert browser("ines").post("/components/gate-api/edit", body).status_code == 302
    component.refresh_from_db()
    kept = facts.links(component.links)
    assert [(link.title, link.kind) for link in kept] == [
        ("Runbook", "runbook"),
        ("Chat of the team", "other"),
        ("docs.example", "other"),
    ]
    assert facts.read_lines(facts.lines(kept)) == kept[1:]
    page = browser("jonas").get("/components/gate-api/").content.decode()
    assert 'href="https://wiki.example/gate"' in page
    for no_page in ({"runbook": "wiki/gate"}, {"links": "https://[x"}):
        answer = browser("ines").post("/components/gate-api/edit", body | no_page)
        assert "is no address of a page" in answer.content.decode()


def test_a_mistyped_address_is_refused_in_words(
    component: Component, people: dict[str, User]
) -> None:
    with pytest.raises(Refused, match="is no address of a page") as refused:
        change(component, people["ines"], links=[{"title": "x", "url": "https://[x"}])
    assert refused.value.field == "links"


def test_handing_over_names_what_is_missing_and_moves_the_rights(
    component: Component, browser: Browser, people: dict[str, User], finance_data: Team
) -> None:
    operations.depend(
        component=component, on=[("reads", "connection", "nyc")], source="declared", now=NOW
    )
    ask = browser("ines")
    lacking = ask.get("/components/gate-api/hand-over/lacking", {"to": "finance-data"})
    assert "connection nyc" in lacking.content.decode()
    body = {"to": "finance-data", "reason": "They run the gates now.", "confirm": "gate-api"}
    assert ask.post("/components/gate-api/hand-over", body).status_code == 302
    component.refresh_from_db()
    assert component.team == finance_data
    assert Findable.objects.get(name="gate-api").team == "finance-data"
    change(component, people["hannah"], title="Gates")
    with pytest.raises(NotAllowed):
        change(component, people["ines"], title="Ours")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"confirm": "gate"}, "Write gate-api to confirm"),
        ({"reason": " "}, "Say why"),
    ],
)
def test_it_is_not_handed_over_by_a_slip(
    component: Component,
    people: dict[str, User],
    finance_data: Team,
    given: dict[str, str],
    said: str,
) -> None:
    whole = {"to": finance_data, "confirm": "gate-api", "reason": "They run it.", **given}
    with pytest.raises(Refused, match=said):
        operations.hand_over(component=component, by=people["ines"], now=NOW, **whole)


def test_nor_to_nobody_nor_to_the_same(
    component: Component, people: dict[str, User], airline_data: Team
) -> None:
    empty = accounts.create_team(
        name="empty", title="", description="", by=people["priya"], now=NOW
    )
    for team, said in ((empty, "Nobody in empty"), (airline_data, "already")):
        with pytest.raises(Refused, match=said):
            operations.hand_over(
                component=component,
                to=team,
                confirm="gate-api",
                reason="Because.",
                by=people["ines"],
                now=NOW,
            )


@pytest.mark.django_db(transaction=True)
def test_of_two_who_hand_it_over_at_once_the_later_is_asked_who_they_are_by_then(
    component: Component, people: dict[str, User], finance_data: Team, airline_data: Team
) -> None:
    slip: dict[str, Any] = {
        "confirm": "gate-api",
        "reason": "They run it.",
        "by": people["ines"],
        "now": NOW,
    }
    read_before = Component.objects.select_related("team").get(pk=component.pk)

    def take_back() -> None:
        try:
            operations.hand_over(component=read_before, to=airline_data, **slip)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            operations.hand_over(component=component, to=finance_data, **slip)
            late = other.submit(take_back)
            while not late.done() and not somebody_waits():
                sleep(0.01)
        with pytest.raises(NotAllowed):
            late.result(timeout=60)
    component.refresh_from_db()
    assert component.team == finance_data


def test_programs_do_both(component: Component, program: Callable[..., APIClient]) -> None:
    client = program("ines", "read", "write")
    url = "/api/v1/components/gate-api/"
    found = client.patch(url, {"title": "Gates", "links": [RUNBOOK]}, format="json").json()
    assert (found["title"], found["links"]) == ("Gates", [RUNBOOK])
    body = {"to": "finance-data", "reason": "They run it.", "confirm": "gate-api"}
    assert client.post(f"{url}hand-over/", body, format="json").json()["team"] == "finance-data"
    assert client.patch(url, {"title": "No"}, format="json").status_code == 403


def test_the_checklist_says_what_is_missing_and_where_it_is_mended(
    component: Component, browser: Browser, people: dict[str, User]
) -> None:
    address = "/components/gate-api/panels/checklist"
    page = browser("ines").get(address).content.decode()
    assert "1 of 4" in page
    assert 'href="/components/gate-api/edit"' in page
    assert "edit" not in browser("jonas").get(address).content.decode()
    change(component, people["ines"], description="Gates.", links=[RUNBOOK])
    assert "3 of 4" in browser("ines").get(address).content.decode()


def test_links_that_have_a_kind_stand_first() -> None:
    kept = [Link("B", "https://b.example").kept(), RUNBOOK]
    assert [link.title for link in facts.links(kept)] == ["Runbook", "B"]


def test_what_is_deprecated_comes_back_by_the_stage_of_its_life(
    component: Component, browser: Browser, people: dict[str, User]
) -> None:
    operations.deprecate(
        component=component, sunset_on=date(2027, 3, 1), by=people["ines"], now=NOW
    )
    client = browser("ines")
    page = client.get("/components/gate-api/").content.decode()
    assert "/components/gate-api/edit#id_lifecycle" in page
    assert "Deprecated: it ends on 1 March 2027" in client.get(EDIT).content.decode()
    seen = digest(operations.facts_of(Component.objects.get()))
    form = {"tier": "3", "description": "Gates.", "lifecycle": "production", "seen": seen}
    assert client.post(EDIT, form).status_code == 302
    component.refresh_from_db()
    assert (component.lifecycle, component.sunset_on) == ("production", None)
    assert [entry.verb for entry in Entry.objects.order_by("-id")[:2]] == [
        "component.change",
        "component.restore",
    ]
    assert "lifecycle" not in Entry.objects.latest("id").after, "said once"


def test_what_is_deprecated_without_a_day_can_be_edited_too(
    component: Component, browser: Browser
) -> None:
    Component.objects.update(lifecycle="deprecated", sunset_on=None)
    answer = browser("ines").get(EDIT)
    assert answer.status_code == 200
    assert ">Deprecated</option>" in answer.content.decode()


def test_a_deprecated_component_says_what_to_use_instead(
    component: Component, browser: Browser, people: dict[str, User], airline_data: Team
) -> None:
    operations.register(name="gates", team=airline_data, kind="api", by=people["mira"], now=NOW)
    Component.objects.filter(pk=component.pk).update(
        lifecycle="deprecated",
        sunset_on="2027-03-01",
        replacement=Component.objects.get(name="gates"),
    )
    page = browser("jonas").get("/components/gate-api/").content.decode()
    assert "It ends on 1 March 2027" in page
    assert 'href="/components/gates/"' in page
    with pytest.raises(Moved, match="Someone else"):
        change(component, people["ines"], lifecycle="production", seen=on_page("x"))
