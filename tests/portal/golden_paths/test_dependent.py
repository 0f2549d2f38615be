"""Questions that are asked only after some answers, on pages and by programs."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from portal.errors import Refused
from portal.golden_paths import answers, operations, reading
from portal.golden_paths.definition import Definition
from portal.golden_paths.models import PathRun
from tests.portal.golden_paths.shelf import Shelf
from tests.portal.golden_paths.test_reading import KNOWN
from tests.portal.golden_paths.world import JAM, World

Browser = Callable[[str], Client]
HTMX = {"HX-Request": "true"}
NEEDED = JAM.replace(
    "        type: object\n        properties:\n          spice",
    "        type: object\n        required: [taste]\n        properties:\n          spice",
)
CHAIN = JAM.replace(
    "  steps:\n",
    "          heat: {type: string, title: Heat, x-slipway-when: {taste: hot}}\n  steps:\n",
)


def defined(file: str) -> Definition:
    found = reading.read(file, KNOWN)
    assert found.definition is not None, found.findings
    return found.definition


def hidden(page: str) -> bool:
    """Whether the question is there and not asked."""
    return bool(re.search(r'<div id="asked-taste" hidden', page))


def begun(world: World, mira: Client) -> PathRun:
    mira.post("/golden-paths/jam/start", {"fruit": "plum"})
    return PathRun.objects.get()


def test_it_is_asked_as_soon_as_the_answer_lets_it(world: World, browser: Browser) -> None:
    mira = browser("mira")
    draft = begun(world, mira)
    assert hidden(mira.get(f"{draft.url}pages/2").content.decode())

    def checked(**given: str) -> str:
        answer = mira.post(
            "/golden-paths/jam/pages/2/check",
            {"draft": str(draft.number), "pots": "1", **given},
            headers={**HTMX, "HX-Trigger-Name": "spice"},
        )
        return answer.content.decode()

    shown = checked(spice="on")
    assert not hidden(shown)
    assert re.search(r'<fieldset class="field" id="asked-taste" hx-swap-oob="morph"', shown)
    assert re.search(r'value="mild"[^>]* checked', shown)
    assert hidden(checked())
    answer = mira.post(
        "/golden-paths/jam/pages/2/check",
        {"draft": str(draft.number), "pots": "2", "spice": "on"},
        headers={**HTMX, "HX-Trigger-Name": "pots"},
    )
    assert "asked-taste" not in answer.content.decode()  # nothing moves below what one types


def test_an_answer_goes_with_its_question(world: World, browser: Browser) -> None:
    mira = browser("mira")
    draft = begun(world, mira)
    mira.post(f"{draft.url}pages/2", {"spice": "on", "taste": "hot", "pots": "1"})
    draft.refresh_from_db()
    assert draft.answers["taste"] == "hot"
    assert not hidden(mira.get(f"{draft.url}pages/2").content.decode())
    assert "hot" in mira.get(f"{draft.url}review").content.decode()
    mira.post(f"{draft.url}pages/2", {"taste": "hot", "pots": "1"})
    draft.refresh_from_db()
    assert draft.answers == {"fruit": "plum", "spice": False, "pots": 1}


def test_what_is_no_answer_hinders_only_where_it_is_asked(world: World, browser: Browser) -> None:
    mira = browser("mira")
    draft = begun(world, mira)
    given = {"taste": "sour", "pots": "1"}
    answer = mira.post(f"{draft.url}pages/2", {**given, "spice": "on"})
    assert answer.status_code == 422
    assert "“sour” is not offered." in answer.content.decode()
    answer = mira.post(f"{draft.url}pages/2", given)
    assert answer.headers["Location"] == f"{draft.url}review"


def test_what_must_be_answered_must_where_it_is_asked(world: World, browser: Browser) -> None:
    world.publish(NEEDED)
    mira = browser("mira")
    draft = begun(world, mira)
    answer = mira.post(f"{draft.url}pages/2", {"spice": "on", "pots": "1"})
    assert answer.status_code == 422
    assert "Fill this in." in answer.content.decode()
    draft.refresh_from_db()
    dry = operations.start(
        path="jam", answers=draft.answers, by=world.people["mira"], now=world.now()
    )
    step = next(step for step in dry.plan["steps"] if step["name"] == "spice")
    assert (step["stands"], step["words"]) == ("open", "Needs what stands on it.")
    with pytest.raises(Refused, match="taste: Fill this in"):
        world.start(spice=True)
    world.start()


def test_a_program_that_says_more_is_told_why_not(world: World) -> None:
    with pytest.raises(Refused) as refused:
        world.start(taste="hot")
    assert refused.value.field == "answers.taste"
    assert refused.value.message == (
        "taste: This is asked only where “Spice” is yes. Leave it out."
    )
    run = world.done(spice=True, taste="hot")
    assert world.step(run, "spice").given == {"jar": "spice", "note": "hot"}
    assert "put spice" in Shelf.jars()


def test_what_depends_on_a_question_that_is_not_asked_is_not_asked_either() -> None:
    path = defined(CHAIN)

    def names(**given: object) -> list[str]:
        return list(answers.asked(path, given))[2:]

    assert names() == ["spice", "pots"]
    assert names(taste="hot") == ["spice", "pots"]
    assert names(spice=True) == ["spice", "pots", "taste"]
    assert names(spice=True, taste="mild") == ["spice", "pots", "taste"]
    assert names(spice=True, taste="hot") == ["spice", "pots", "taste", "heat"]
    kept = {"spice": False, "taste": "hot", "heat": "9", "other": 1}
    assert answers.only_asked(path, kept) == {"spice": False, "other": 1}


def test_once_more_brings_only_what_is_asked_along(world: World, browser: Browser) -> None:
    run = world.done(spice=True, taste="hot")
    mira = browser("mira")
    mira.post(f"/golden-paths/jam/start?from={run.number}", {"fruit": "pear"})
    draft = PathRun.objects.get(state="draft")
    assert draft.answers["taste"] == "hot"
    mira.post(f"/golden-paths/jam/start?from={run.number}&spice=", {"fruit": "fig"})
    assert "taste" not in PathRun.objects.latest("number").answers
