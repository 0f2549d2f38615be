"""The pages: cards, filling in, the look before, the steps as they go, publishing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.golden_paths import operations
from portal.golden_paths.models import GoldenPath, PathRun
from portal.golden_paths.steps.base import Link, StepError
from tests.portal.golden_paths.shelf import Shelf
from tests.portal.golden_paths.world import ALL, JAM, World

Browser = Callable[[str], Client]
HTMX = {"HX-Request": "true"}


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_the_cards_say_what_there_is_and_for_whom(world: World, browser: Browser) -> None:
    page = text(browser("mira").get("/golden-paths/"))
    assert "Cook it, label it, put it there." in page
    assert "not used yet" in page
    assert "/golden-paths/jam/start" in page
    assert "not for you to start" in text(browser("jonas").get("/golden-paths/"))
    assert "No path has these words" in text(browser("mira").get("/golden-paths/?q=car"))
    assert "Cook it" in text(browser("mira").get("/golden-paths/?q=JAM+cook"))


def test_without_any_the_page_teaches(people: object, browser: Browser) -> None:
    assert "publish_golden_paths" in text(browser("mira").get("/golden-paths/"))


def test_home_offers_those_that_one_may_start(world: World, browser: Browser) -> None:
    assert "Cook it" in text(browser("mira").get("/golden-paths/panel"))
    assert "no golden path for you" in text(browser("jonas").get("/golden-paths/panel"))


def test_filling_in_keeps_answers_page_by_page(world: World, browser: Browser) -> None:
    mira = browser("mira")
    assert 'name="fruit"' in text(mira.get("/golden-paths/jam/start"))
    assert not PathRun.objects.exists()  # looking keeps nothing
    answer = mira.post("/golden-paths/jam/start", {"fruit": "plum", "team": "airline-data"})
    draft = PathRun.objects.get()
    assert answer.headers["Location"] == f"/golden-paths/runs/{draft.number}/pages/2"
    assert draft.answers == {"fruit": "plum", "team": "airline-data", "pots": 1}
    page = text(mira.get(answer.headers["Location"]))
    assert "What else" in page
    assert "Puts plum there." in page
    answer = mira.post(answer.headers["Location"], {"spice": "on", "pots": "2"})
    assert answer.headers["Location"] == f"/golden-paths/runs/{draft.number}/review"
    draft.refresh_from_db()
    assert draft.answers["pots"] == 2
    page = text(mira.get(answer.headers["Location"]))
    assert "What will happen" in page
    assert "Puts spice there." in page
    answer = mira.post(answer.headers["Location"], {"go": "yes"})
    assert answer.headers["Location"] == draft.url
    draft.refresh_from_db()
    assert draft.state == PathRun.State.RUNNING
    assert world.through(draft).state == PathRun.State.DONE
    page = text(mira.get(draft.url))
    assert "All of it is done." in page
    assert "/shelf/shelf-plum/" in page


def test_going_back_keeps_what_is_not_right_yet(world: World, browser: Browser) -> None:
    mira = browser("mira")
    mira.post("/golden-paths/jam/start", {"fruit": "plum"})
    draft = PathRun.objects.get()
    answer = mira.post(f"{draft.url}pages/2", {"pots": "0", "go": "back"})
    assert answer.headers["Location"] == f"{draft.url}pages/1"
    draft.refresh_from_db()
    assert draft.answers == {"fruit": "plum", "pots": 0, "spice": False}


def test_what_is_wrong_stands_beside_the_field(world: World, browser: Browser) -> None:
    answer = browser("mira").post("/golden-paths/jam/start", {"fruit": "Plum"})
    assert answer.status_code == 422
    assert "Lower-case letters." in text(answer)
    assert PathRun.objects.get().answers["fruit"] == "Plum"


def test_each_answer_is_kept_and_judged_as_it_is_given(world: World, browser: Browser) -> None:
    mira = browser("mira")
    answer = mira.post(
        "/golden-paths/jam/pages/1/check",
        {"fruit": "Pl", "draft": ""},
        headers={**HTMX, "HX-Trigger-Name": "fruit"},
    )
    draft = PathRun.objects.get()
    assert answer.headers["HX-Replace-Url"] == f"{draft.url}pages/1"
    page = text(answer)
    assert 'id="said-fruit"' in page
    assert "Lower-case letters." in page
    assert f'value="{draft.number}"' in page
    assert "Needs what is in the jar." in page
    answer = mira.post(
        "/golden-paths/jam/pages/1/check",
        {"fruit": "plum", "draft": str(draft.number)},
        headers={**HTMX, "HX-Trigger-Name": "fruit"},
    )
    assert "Lower-case" not in text(answer)
    assert "Puts plum there." in text(answer)
    assert "HX-Replace-Url" not in answer.headers
    assert PathRun.objects.get().answers == {"fruit": "plum"}
    assert len(world.entries("draft")) == 1


def test_what_comes_late_takes_back_nothing(world: World, browser: Browser) -> None:
    """A check that the server comes to only after the pages were sent."""
    mira = browser("mira")
    mira.post("/golden-paths/jam/start", {"fruit": "pear"})
    draft = PathRun.objects.get()
    late = {"fruit": "pea", "draft": str(draft.number), "seen": draft.seen}
    mira.post(f"{draft.url}pages/1", {"fruit": "plum"})
    mira.post(f"{draft.url}pages/2", {"spice": "on", "pots": "2"})
    answer = mira.post("/golden-paths/jam/pages/1/check", late, headers=HTMX)
    draft.refresh_from_db()
    assert draft.answers == {"fruit": "plum", "spice": True, "pots": 2}
    assert f'value="{draft.seen}"' in text(answer)
    now = {**late, "fruit": "quince", "seen": draft.seen}
    mira.post("/golden-paths/jam/pages/1/check", now, headers=HTMX)
    draft.refresh_from_db()
    assert draft.answers == {"fruit": "quince", "spice": True, "pots": 2}


def test_a_page_that_was_opened_before_another_was_sent_keeps_its_answers(world: World) -> None:
    mira = world.people["mira"]
    draft = operations.keep(path="jam", answers={"fruit": "plum"}, by=mira, now=world.now())
    before = PathRun.objects.get(pk=draft.pk)
    of_page_2 = {"path": "jam", "by": mira, "now": world.now(), "asked": ["spice", "pots"]}
    operations.keep(answers={"fruit": "plum", "pots": 2}, draft=draft, **of_page_2)
    of_page_1 = {"path": "jam", "by": mira, "now": world.now(), "asked": ["fruit", "team"]}
    operations.keep(answers={"fruit": "pear"}, draft=before, **of_page_1)
    draft.refresh_from_db()
    assert draft.answers == {"fruit": "pear", "pots": 2}


def test_a_link_may_bring_answers_along(world: World, browser: Browser) -> None:
    page = text(browser("mira").get("/golden-paths/jam/start?fruit=pear&pots=x"))
    assert 'value="pear"' in page
    run = world.done(spice=True)
    assert 'value="plum"' in text(browser("mira").get(f"/golden-paths/jam/start?from={run.number}"))
    assert 'value="plum"' not in text(
        browser("ines").get(f"/golden-paths/jam/start?from={run.number}")
    )


def test_what_hinders_is_lifted_to_the_top(world: World, browser: Browser) -> None:
    mira = browser("mira")
    mira.post("/golden-paths/jam/start", {"fruit": "mould"})
    draft = PathRun.objects.get()
    page = text(mira.get(f"{draft.url}review"))
    assert page.index("What hinders it") < page.index("What will happen")
    assert "Nobody eats mould." in page
    assert f"{draft.url}pages/1" in page
    answer = mira.post(f"{draft.url}review", {"go": "yes"})
    assert answer.status_code == 422
    assert "Nobody eats mould." in text(answer)


def test_a_draft_is_nobody_elses(world: World, browser: Browser) -> None:
    browser("mira").post("/golden-paths/jam/start", {"fruit": "plum"})
    draft = PathRun.objects.get()
    for address in ("pages/1", "review", ""):
        assert browser("ines").get(f"{draft.url}{address}").status_code == 404
    assert browser("ines").post(f"{draft.url}discard").status_code == 404
    assert browser("mira").get(draft.url).headers["Location"] == f"{draft.url}pages/1"
    assert browser("mira").post(f"{draft.url}discard").status_code == 302
    assert not PathRun.objects.exists()


def test_the_steps_are_asked_for_while_they_go(world: World, browser: Browser) -> None:
    mira, run = browser("mira"), world.start()
    page = text(mira.get(run.url))
    assert "data-live" in page
    world.work(run)
    fragment = mira.get(run.url, headers=HTMX)
    assert "It ripens." in text(fragment)
    seen = fragment.headers["X-Seen"]
    assert mira.get(f"{run.url}?seen={seen}", headers=HTMX).status_code == 204
    world.through(run)
    assert mira.get(run.url, headers=HTMX).status_code == 286


def test_a_failed_step_is_said_first_and_tried_again(world: World, browser: Browser) -> None:
    Shelf.trouble["nail"] = [ZeroDivisionError()]
    mira, run = browser("mira"), world.start()
    with pytest.raises(ZeroDivisionError):
        world.work(run)
    page = text(mira.get(run.url))
    assert "Something broke inside of Slipway" in page
    retry = f"{run.url}steps/nail/retry"
    assert retry in page
    assert retry not in text(browser("ines").get(run.url))
    assert "with your rights" in text(mira.get(retry))
    assert mira.post(retry, {"go": "yes"}).headers["Location"] == run.url
    assert world.through(run).state == PathRun.State.DONE
    assert Shelf.jars() == ALL


def test_undoing_names_what_goes_and_what_stays(world: World, browser: Browser) -> None:
    mira, run = browser("mira"), world.done()
    page = text(mira.get(f"{run.url}undo"))
    assert page.index("Take plum-ripe from") < page.index("Take plum from")
    assert "can&#x27;t be taken back" in page
    assert mira.post(f"{run.url}undo", {"reason": ""}).status_code == 422
    mira.post(f"{run.url}undo", {"reason": "Too sweet."})
    assert world.through(run).state == PathRun.State.UNDONE
    assert "Undone because: “Too sweet.”" in text(mira.get(run.url))


def test_cancelling_asks_first(world: World, browser: Browser) -> None:
    mira, run = browser("mira"), world.start()
    assert "begins no further step" in text(mira.get(f"{run.url}cancel"))
    mira.post(f"{run.url}cancel", {"reason": "Not now."})
    assert "Cancelled by Mira Okafor: “Not now.”" in text(mira.get(run.url))


def test_the_list_is_of_mine_or_of_all(world: World, browser: Browser) -> None:
    world.start()
    world.start(by="ines", fruit="pear")
    browser("mira").post("/golden-paths/jam/start", {"fruit": "quince"})
    ines = browser("ines")
    page = text(ines.get("/golden-paths/runs/"))
    assert "Jam: plum" in page
    assert "Jam: pear" in page
    assert "quince" not in page  # a draft of another person
    assert "Jam: plum" not in text(ines.get("/golden-paths/runs/?whose=mine"))
    assert "Nothing fits" in text(ines.get("/golden-paths/runs/?state=undone"))
    assert "Jam: quince" in text(browser("mira").get("/golden-paths/runs/?state=draft"))


def test_a_newer_version_is_shown_beside_the_one_that_was_used(
    world: World, browser: Browser
) -> None:
    run = world.done()
    more = "    - {id: last, step: jar.put, title: Seal it, given: {jar: wax}}\n  links:"
    world.publish(JAM.replace("  links:", more))
    page = text(browser("mira").get(run.url))
    assert "has version 2 by now; this was made with version 1" in page
    page = text(browser("mira").get(f"{run.url}changes"))
    assert "Done by now" in page
    assert "Seal it" in page
    assert "nothing has changed" in text(browser("mira").get(f"{world.done().url}changes"))


def test_publishing_is_looked_at_first(world: World, browser: Browser) -> None:
    priya = browser("priya")
    assert browser("ines").get("/golden-paths/new").status_code == 403
    assert "transformation.register" in text(priya.get("/golden-paths/new"))
    wrong = priya.post("/golden-paths/new", {"definition": JAM.replace("jar.nail", "jar.nial")})
    assert wrong.status_code == 422
    assert "There is no step “jar.nial”. Did you mean jar.nail?" in text(wrong)
    assert "line 3" in text(wrong)
    tea = JAM.replace("name: jam", "name: tea").replace("title: Jam", "title: Tea")
    looked = priya.post("/golden-paths/new", {"definition": tea, "look": "1"})
    assert "Right" in text(looked)
    assert not GoldenPath.objects.filter(name="tea").exists()
    assert priya.post("/golden-paths/new", {"definition": tea}).headers["Location"] == (
        "/golden-paths/tea/"
    )
    upload = SimpleUploadedFile("tea.yaml", tea.replace("Cook it", "Steep it").encode())
    priya.post("/golden-paths/tea/edit", {"upload": upload})
    page = text(priya.get("/golden-paths/tea/"))
    assert "Steep it" in page
    assert "Version 2" in page
    assert "What changed" in text(priya.get("/golden-paths/tea/versions/2/"))
    other = priya.post("/golden-paths/tea/edit", {"definition": JAM})
    assert "is of the path jam, not of tea" in text(other)


def test_a_path_is_taken_from_the_shelf_and_put_back(world: World, browser: Browser) -> None:
    priya = browser("priya")
    priya.post("/golden-paths/jam/offer", {"reason": "Autumn is over."})
    assert "Cook it" not in text(browser("mira").get("/golden-paths/"))
    assert "off the shelf" in text(browser("mira").get("/golden-paths/jam/"))
    priya.post("/golden-paths/jam/offer", {"go": "yes"})
    assert "Cook it" in text(browser("mira").get("/golden-paths/"))


def test_names_are_offered_as_one_types(world: World, browser: Browser) -> None:
    mira = browser("mira")
    page = text(mira.get("/golden-paths/options/team?field=team&team=airl"))
    assert 'value="airline-data"' in page
    page = text(mira.get("/golden-paths/options/team?field=team&team=&may=component.register"))
    assert "finance-data" not in page
    assert mira.get("/golden-paths/options/jars?field=x").status_code == 404


def test_a_failure_offers_the_pages_that_it_leads_to(world: World, browser: Browser) -> None:
    wall = Link("Mend the wall", "/walls/1")
    Shelf.trouble["nail"] = [StepError("It crumbles.", permanent=True, links=(wall,))]
    run = world.work(world.start())
    page = text(browser("mira").get(run.url))
    assert 'It crumbles.</p><a class="button button-small" href="/walls/1">Mend the wall' in page
    assert page.count("/walls/1") == 1
