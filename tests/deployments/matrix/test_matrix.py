"""Which version is where, as people see it."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from deployments.matrix import queries
from deployments.matrix.cards import cards
from deployments.matrix.queries import Page, Wanted
from deployments.rollouts import operations
from deployments.targets.base import Observation, TargetError
from portal.catalog import operations as catalog
from tests.deployments.crate import Crates
from tests.deployments.world import World

Browser = Callable[[str], Client]


def page(world: World, after: str = "", size: int = 40, **given: str) -> Page:
    return queries.page(Wanted.read(given), world.at, after=after, size=size)


def names(found: Page) -> list[str]:
    return [row.component.name for row in found.rows]


def register(world: World, *more: str) -> None:
    for name in more:
        catalog.register(
            name=name,
            team=world.component.team,
            kind="library",
            by=world.people["mira"],
            now=world.now(),
        )


def test_each_cell_says_what_is_served_how_it_stands_and_what_could_follow(world: World) -> None:
    world.through(1)
    world.deploy(2, world.development)
    world.deploy(2, world.staging)
    [row] = page(world).rows
    said = [(cell.standing.label, cell.gap.words if cell.gap else "") for cell in row.cells]
    assert said == [("Live", ""), ("Live", ""), ("Live", "1 behind staging")]
    assert [bool(cell.follows) for cell in row.cells] == [False, False, True]


def test_what_is_asked_for_already_is_not_offered(world: World) -> None:
    world.through(1)
    world.deploy(2, world.staging)
    world.ask(2, world.production)
    [row] = page(world).rows
    assert row.cells[-1].standing.label == "Waits for approval"
    assert row.cells[-1].follows is None


def test_rejected_and_paused_places_stand_out(world: World) -> None:
    world.through(1)
    world.reject(1)
    [row] = page(world, show="rejected").rows
    assert {cell.standing.label for cell in row.cells} == {"Live, rejected"}
    assert not page(world, show="paused")
    operations.pause(
        component=world.component,
        environment=world.staging,
        reason="Source broken.",
        by=world.people["mira"],
        now=world.now(),
    )
    assert page(world, show="paused")


def test_it_is_narrowed_down(world: World) -> None:
    world.through(1)
    register(world, "more-crates")
    assert names(page(world)) == ["carrier-punctuality"]
    assert names(page(world, show="everything")) == ["carrier-punctuality", "more-crates"]
    assert names(page(world, show="everything", kind="library")) == ["more-crates"]
    assert names(page(world, team="finance-data")) == []
    assert names(page(world, q="punctual")) == ["carrier-punctuality"]
    assert names(page(world, show="apart")) == []
    world.deploy(2, world.staging)
    assert names(page(world, show="apart")) == ["carrier-punctuality"]
    assert names(page(world, show="no such thing")) == ["carrier-punctuality"]


def test_pages_follow_each_other_by_name(world: World) -> None:
    register(world, "b-crates", "a-crates")
    first = page(world, show="everything", size=2)
    assert (names(first), first.more) == (["a-crates", "b-crates"], "b-crates")
    second = page(world, show="everything", size=2, after=first.more)
    assert (names(second), second.more) == (["carrier-punctuality"], "")


def test_its_queries_do_not_grow(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    world.through(1)
    with django_assert_num_queries(7):
        page(world, show="everything")
    register(world, "a-crates", "b-crates")
    world.deploy(2, world.staging)
    with django_assert_num_queries(7):
        page(world, show="everything")
    with django_assert_num_queries(4):
        cards()


def test_the_page_leads_to_places_and_plans(world: World, browser: Browser) -> None:
    world.through(1)
    world.deploy(2, world.staging)
    shown = browser("jonas").get("/deployments/matrix").content.decode()
    assert "/components/carrier-punctuality/in/production/" in shown
    assert "/components/carrier-punctuality/plan?release=2&amp;environment=production" in shown


def test_what_is_polled_answers_only_when_it_moved(world: World, browser: Browser) -> None:
    world.through(1)
    client, asks = browser("jonas"), {"HX-Request": "true"}
    first = client.get("/deployments/matrix", headers=asks)
    seen = first.headers["X-Seen"]
    assert client.get(f"/deployments/matrix?seen={seen}", headers=asks).status_code == 204
    world.deploy(2, world.staging)
    assert client.get(f"/deployments/matrix?seen={seen}", headers=asks).status_code == 200


def test_an_environment_of_a_component_is_a_page(world: World, browser: Browser) -> None:
    world.through(1)
    world.configure(world.production, seconds=90)
    world.deploy(2, world.staging)
    address = "/components/carrier-punctuality/in/production/"
    shown = browser("mira").get(address).content.decode()
    for words in ("seconds: 90", "1 behind staging", "Configuration c2 → production", "Roll back…"):
        assert words in shown, words
    assert "Roll back…" not in browser("hannah").get(address).content.decode()
    assert browser("mira").get("/components/carrier-punctuality/in/nowhere/").status_code == 404


def test_what_is_asked_for_is_told_apart_from_what_is_live(world: World, browser: Browser) -> None:
    world.through(1)
    client, place = browser("jonas"), "/components/carrier-punctuality/in/production/"
    assert '<h3 id="stands">v1: live</h3>' in client.get(place).content.decode()
    world.deploy(2, world.staging)
    asked = world.ask(2, world.production)
    shown = client.get(place).content.decode()
    assert '<h3 id="stands">v1 is live; v2 waits for an approval</h3>' in shown
    cells = client.get("/deployments/matrix").content.decode()
    assert f'live, <a class="link" href="{asked.path}">v2</a> waits for approval' in cells


def test_the_strip_above_deployments_has_a_card_an_environment(world: World) -> None:
    world.deploy(1, world.development)
    world.deploy(1, world.staging)
    world.ask(1, world.production)
    found = [(card.environment.name, card.live, card.under_way) for card in cards()]
    assert found == [("development", 1, 0), ("staging", 1, 0), ("production", 0, 1)]
    assert [str(card.last.release) if card.last else "" for card in cards()] == ["v1", "v1", ""]
    assert [card.live for card in cards("more-crates")] == [0, 0, 0]


NARROWED = {
    "": 3,
    "?environment=staging": 1,
    "?state=awaiting_approval": 1,
    "?by=ines": 0,
    "?days=7": 3,
    "?kind=configuration": 0,
    "?component=carrier-punctuality": 3,
}


def test_the_list_is_narrowed_down_and_counted(world: World, browser: Browser) -> None:
    world.deploy(1, world.development)
    world.deploy(1, world.staging)
    world.ask(1, world.production)
    client = browser("jonas")
    found = {given: client.get(f"/deployments/{given}") for given in NARROWED}
    shown = {given: answer.content.decode().count("data-row=") for given, answer in found.items()}
    assert shown == NARROWED
    assert dict(found[""].context["counts"]) == {"awaiting_approval": 1, "succeeded": 2}


def test_who_reads_further_down_is_only_told_of_newer_ones(world: World, browser: Browser) -> None:
    first = world.deploy(1, world.development)
    world.deploy(1, world.staging)
    client, asks = browser("jonas"), {"HX-Request": "true"}
    shown = client.get(f"/deployments/?upto={first.pk}", headers=asks).content.decode()
    assert shown.count("data-row=") == 1
    assert "1 new" in shown
    assert client.get("/deployments/?upto=nonsense", headers=asks).content.count(b"data-row=") == 2


def test_a_failed_step_stands_above_all_others(
    world: World, browser: Browser, crates: type[Crates]
) -> None:
    crates.trouble["apply"] = [TargetError("The crane is out of order.", permanent=True)]
    deployment = world.deploy(1, world.development)
    client = browser("mira")
    for address in (deployment.path, f"{deployment.path}?step=rules"):
        shown = client.get(address).content.decode()
        verdict = shown.partition('id="verdict"')[2].partition("</section>")[0]
        assert "Prepare failed" in verdict, address
        assert "The crane is out of order." in verdict, address


def test_what_is_live_says_how_it_does_now_and_what_was_live_says_when_that_was(
    world: World, browser: Browser, crates: type[Crates]
) -> None:
    first = world.deploy(1, world.development)
    crates.health[1, "development"] = Observation("degraded", "Every crate is broken.")
    client = browser("mira")

    def verdict() -> str:
        shown = client.get(first.path).content.decode()
        return shown.partition('id="verdict"')[2].partition("</section>")[0]

    assert "Every crate is broken." in verdict()
    assert "Nobody has opened" not in verdict()
    world.deploy(2, world.development)
    assert "When it went live: Nobody has opened the crate yet." in verdict()
