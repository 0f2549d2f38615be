"""A refusal in a page: the page of it, or a message in the corner where htmx asked."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client

from portal import api
from portal.accounts.models import User
from portal.errors import Refused
from tests.whole_house import Whole

Browser = Callable[[str], Client]
WORDS = "There is no component called “nope”."


def test_a_page_that_is_refused_says_why(browser: Browser) -> None:
    answer = browser("mira").get("/components/nope/")
    assert answer.status_code == 404
    assert WORDS in answer.content.decode()
    assert "<html" in answer.content.decode()


def test_a_fragment_that_is_refused_becomes_a_message(browser: Browser) -> None:
    answer = browser("mira").get("/components/nope/", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == (".toasts", "beforeend")
    assert WORDS in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_an_address_that_does_not_exist_has_a_page(browser: Browser) -> None:
    answer = browser("mira").get("/no/such/page")
    assert answer.status_code == 404
    assert "<html" in answer.content.decode()


def test_a_fragment_at_no_address_becomes_a_message_too(browser: Browser) -> None:
    answer = browser("mira").get("/no/such/page", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (404, ".toasts")
    assert "<html" not in answer.content.decode()


def test_a_form_has_the_status_of_what_was_refused(whole: Whole, browser: Browser) -> None:
    """403 for who may not, 409 where it changed meanwhile, 422 for what was written."""
    reject = f"/components/{whole.component.name}/versions/2/reject"
    cancel = f"/runs/{whole.ended_run.number}/cancel"
    for name, address, reason, status, words in (
        ("jonas", reject, "Wrong.", 403, "You may not reject"),
        ("ines", reject, "", 422, "Say "),
        ("mira", cancel, "", 409, "has ended already"),
    ):
        answer = browser(name).post(address, {"reason": reason})
        assert (answer.status_code, words in answer.content.decode()) == (status, True), address


def test_a_forged_form_is_refused_in_words(people: dict[str, User]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["mira"])
    page = client.post("/sign-out")
    assert page.status_code == 403
    assert "Reload the page and try again." in page.content.decode()
    fragment = client.post("/sign-out", headers={"HX-Request": "true"})
    assert fragment.headers["HX-Retarget"] == ".toasts"


def test_a_session_alone_does_not_open_the_api_to_other_sites(people: dict[str, User]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["priya"])
    answer = client.post("/api/v1/teams/", {"name": "forged"}, content_type="application/json")
    assert answer.status_code == 403
    assert "CSRF" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/people/?words=%00", "text/html"),
        ("/sign-in?next=a%00", "text/html"),
        ("/catalog/entities/a%00b/", "text/html"),
        ("/api/v1/runs/?component=%00", "application/problem+json"),
    ],
)
def test_an_address_with_a_nul_is_refused_in_words(
    people: dict[str, User], browser: Callable[[str], Client], path: str, kind: str
) -> None:
    """PostgreSQL takes none in a question, so no view has to think of it."""
    answer = browser("priya").get(path)
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (400, kind)
    assert "has a NUL character in it" in answer.content.decode()


def test_a_refusal_before_any_view_is_answered_as_one_of_a_view(
    people: dict[str, User], browser: Callable[[str], Client]
) -> None:
    before = browser("priya").get("/api/v1/runs/?component=%00")
    inside = browser("priya").get("/api/v1/runs/1234567/")
    assert before["Content-Type"] == inside["Content-Type"] == api.CONTENT_TYPE
    assert before.json().keys() == inside.json().keys()
    assert before.json()["type"] == "urn:slipway:problem:not-readable"
    refused = Refused("Later.")
    refused.retry_after = 7
    answer = api.problem(refused, None)
    assert answer is not None
    assert api.refusal(refused)["Retry-After"] == answer.headers["Retry-After"] == "7"
    assert json.loads(api.refusal(refused).content) == answer.data


def test_a_name_with_a_nul_signs_nobody_in(people: dict[str, User]) -> None:
    answer = Client().post("/sign-in", {"username": "mira\0", "password": "x\0"})
    assert answer.status_code == 403
