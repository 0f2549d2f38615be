"""A thumb and a sentence: kept without addresses, limited, answered."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from rest_framework.test import APIClient

from portal import htmx
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.errors import Moved, NotAllowed, Refused
from portal.feedback import operations, queries
from portal.feedback.models import Feedback
from portal.notifications import operations as notifications
from portal.notifications.models import Notice
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def given(user: User, **more: str) -> Feedback:
    return operations.give(author=user, now=NOW, **{"thumb": "down", **more})


def test_it_keeps_the_name_of_the_page_and_never_an_address(people: dict[str, User]) -> None:
    mira = people["mira"]
    kept = given(mira, page="pipelines:run-detail", sentence=" Where is the log? ")
    assert (kept.page, kept.sentence, kept.subject) == (
        "pipelines:run-detail", "Where is the log?", "run detail",
    )  # fmt: skip
    assert kept.release
    for page in ("/runs/?token=slw_secret", "https://evil.example", "a" * 90):
        assert given(mira, page=page).page == ""
    assert not Entry.objects.filter(verb__startswith="feedback").exists()


def test_it_is_limited_and_refused_in_words(people: dict[str, User]) -> None:
    mira = people["mira"]
    with pytest.raises(Refused, match="Choose a thumb"):
        given(mira, thumb="sideways")
    with pytest.raises(Refused, match="1,000 characters"):
        given(mira, sentence="x" * 1001)
    for _ in range(operations.MOST):
        given(mira)
    with pytest.raises(Refused, match="thank you"):
        given(mira)
    operations.give(author=mira, thumb="up", now=NOW + timedelta(hours=1))
    given(people["jonas"])


def test_the_answer_reaches_who_gave_it_and_nobody_else(people: dict[str, User]) -> None:
    said = given(people["mira"], page="portal:home")
    with pytest.raises(NotAllowed):
        operations.handle(feedback=said, by=people["ines"], now=NOW, answer="No.")
    operations.handle(feedback=said, by=people["priya"], now=NOW, answer="It is there now.")
    with pytest.raises(Moved):
        operations.handle(feedback=said, by=people["priya"], now=NOW)
    assert Entry.objects.get(verb="feedback.handle", outcome="done").actor == people["priya"]
    notifications.fold(now=NOW)
    notice = Notice.objects.get()
    assert notice.user == people["mira"]
    assert notice.matter.title == "Priya Raman answered your feedback on “home”"
    assert (notice.matter.text, notice.because) == ("It is there now.", "you gave it")


def test_putting_it_aside_tells_nobody(people: dict[str, User]) -> None:
    operations.handle(feedback=given(people["mira"]), by=people["priya"], now=NOW)
    notifications.fold(now=NOW)
    assert not Notice.objects.exists()


def test_everyone_reads_their_own_and_the_platform_team_all_of_it(
    people: dict[str, User], browser: Callable[[str], Client]
) -> None:
    given(people["mira"], sentence="Mine.", page="portal:home")
    handled = given(people["jonas"], sentence="His.", thumb="up")
    operations.handle(feedback=handled, by=people["priya"], now=NOW, answer="Yes.")
    assert queries.feedback(people["mira"]).count() == 1
    page = browser("mira").get("/feedback/").content.decode()
    assert "My feedback" in page
    assert "His." not in page
    reader = browser("priya")
    for query, seen, unseen in (
        ("", "His.", "nothing"),
        ("?state=open", "Mine.", "His."),
        ("?state=handled", "His.", "Mine."),
        ("?thumb=up", "His.", "Mine."),
        ("?page=portal:home", "Mine.", "His."),
    ):
        page = reader.get(f"/feedback/{query}").content.decode()
        assert seen in page, query
        assert unseen not in page, query


def test_it_closes_the_dialog_and_works_without_script(
    people: dict[str, User], browser: Callable[[str], Client]
) -> None:
    mira = browser("mira")
    said = {"thumb": "up", "page": "portal:home", "sentence": ""}
    answer = mira.post("/feedback/give", said, headers={"HX-Request": "true"})
    assert answer.headers["HX-Trigger"] == "done"
    assert answer.headers["HX-Retarget"] == ".toasts"
    assert "Thank you." in mira.post("/feedback/give", said, follow=True).content.decode()
    missing = mira.post("/feedback/give", {"page": "portal:home"})
    assert missing.status_code == 422
    assert "Choose a thumb" in missing.content.decode()


def test_a_dialog_that_is_the_page_answers_there(
    people: dict[str, User], browser: Callable[[str], Client]
) -> None:
    """Opened in a window of its own: what is missing is said in it, and then it leads on."""
    at = {
        "HX-Request": "true",
        "HX-Current-URL": "http://testserver/feedback/give?page=portal:home",
    }
    missing = browser("mira").post("/feedback/give", {"page": "portal:home"}, headers=at)
    assert (missing.status_code, missing.headers["HX-Retarget"]) == (422, ".dialog-page")
    said = {"thumb": "up", "page": "portal:home", "sentence": ""}
    done = browser("mira").post("/feedback/give", said, headers=at)
    assert done.headers["HX-Redirect"]
    below = at | {"HX-Current-URL": "http://testserver/runs/"}
    missing = browser("mira").post("/feedback/give", {"page": "portal:home"}, headers=below)
    assert "HX-Retarget" not in missing.headers


def test_a_dialog_that_is_a_page_is_called_as_it_calls_itself(
    browser: Callable[[str], Client],
) -> None:
    page = browser("mira").get("/feedback/give?page=portal:home").content.decode()
    found = re.search(r'id="dialog-title">([^<]+)<', page)
    assert found
    assert f"<title>{found[1]} · Slipway</title>" in page
    assert f'<li aria-current="page">{found[1]}</li>' in page


def test_by_a_program(program: Callable[..., APIClient]) -> None:
    made = program("mira").post("/api/v1/feedback/", {"thumb": "up", "page": "portal:home"})
    assert made.status_code == 201
    one = made.json()["id"]
    assert program("ines").get(f"/api/v1/feedback/{one}/").status_code == 404
    answered = program("priya").post(f"/api/v1/feedback/{one}/handle/", {"answer": "Good."})
    assert answered.json()["handled_by"] == "priya"
    assert program("priya").get("/api/v1/feedback/?is_open=true").json()["results"] == []


def test_a_dialog_that_is_a_page_leads_back_to_where_it_would_lead_or_to_the_page_above_it(
    people: dict[str, User], browser: Callable[[str], Client]
) -> None:
    shown = browser("mira").get("/account/sessions/end-others").content.decode()
    assert '<a class="button" href="/account/sessions/">Not now</a>' in shown
    paused = browser("priya").get("/queues/runs/pause").content.decode()
    assert '<a class="button" href="/workers/">Not now</a>' in paused
    place = "/components/carrier-punctuality/in/production/"
    assert htmx.above(f"{place}roll-back") == place
    assert htmx.above("/queues/runs/pause") == "/"
