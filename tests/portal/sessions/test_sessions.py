"""Where one is signed in: a list, and ending what one does not know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from portal.accounts import change_operations as changing
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.sessions import browsers
from portal.sessions.models import Session
from portal.sessions.operations import forget
from portal.sessions.store import digest
from tests.conftest import NOW, PASSWORD

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)
YES = {"yes": "yes"}


def arrive(name: str = "mira", browser: str = FIREFOX, address: str = "192.0.2.7") -> Client:
    client = Client(headers={"User-Agent": browser}, REMOTE_ADDR=address)
    client.post("/sign-in", {"username": name, "password": PASSWORD})
    assert is_in(client)
    return client


def is_in(client: Client) -> bool:
    return client.get("/api/v1/whoami/").status_code == 200


def test_the_page_lists_each_browser_with_its_address_and_marks_the_present_one(
    people: dict[str, User],
) -> None:
    arrive(browser=SAFARI, address="198.51.100.4")
    page = arrive().get("/account/sessions/").content.decode()
    assert "Firefox on Linux" in page
    assert "Safari on iPhone" in page
    assert "198.51.100.4" in page
    assert page.count("this one") == 1
    assert page.count("Sign out…") == 1


def test_one_is_signed_out_and_the_others_stay(people: dict[str, User]) -> None:
    here, there, elsewhere = arrive(), arrive(browser=SAFARI), arrive()
    row = Session.objects.get(browser="Safari on iPhone")
    here.post(f"/account/sessions/{row.pk}/end", YES)
    assert [is_in(one) for one in (here, there, elsewhere)] == [True, False, True]
    entry = Entry.objects.get(verb="session.end")
    assert (entry.actor, entry.before) == (people["mira"], {"sessions": ["Safari on iPhone"]})


def test_all_others_are_signed_out(people: dict[str, User]) -> None:
    here, there, jonas = arrive(), arrive(), arrive("jonas")
    here.post("/account/sessions/end-others", YES)
    assert [is_in(one) for one in (here, there, jonas)] == [True, False, True]


def test_those_of_somebody_else_do_not_exist(people: dict[str, User]) -> None:
    mira, jonas = arrive(), arrive("jonas")
    row = Session.objects.get(user=people["mira"])
    assert jonas.post(f"/account/sessions/{row.pk}/end", YES).status_code == 404
    assert jonas.post(f"/api/v1/sessions/{row.pk}/end/").status_code == 404
    assert is_in(mira)


def test_the_platform_role_signs_somebody_out_everywhere(people: dict[str, User]) -> None:
    first, second, jonas, priya = arrive(), arrive(), arrive("jonas"), arrive("priya")
    assert jonas.post("/people/mira/end-sessions", YES).status_code == 403
    priya.post("/people/mira/end-sessions", YES)
    assert [is_in(one) for one in (first, second, jonas, priya)] == [False, False, True, True]
    entry = Entry.objects.get(verb="session.end", outcome="done")
    assert (entry.actor, entry.thing) == (people["priya"], "mira")


def test_whoever_is_switched_off_loses_sessions_and_tokens_for_good(
    people: dict[str, User], program: Callable[..., APIClient]
) -> None:
    browser, machine = arrive(), program("mira")
    for is_active in (False, True):
        changing.set_active(user=people["mira"], is_active=is_active, by=people["priya"], now=NOW)
        assert not is_in(browser)
        assert machine.get("/api/v1/whoami/").status_code == 401


def test_a_session_ends_so_long_after_it_began_however_much_it_is_used(
    people: dict[str, User], settings: Settings
) -> None:
    settings.SESSION_COOKIE_AGE = 3600
    client = arrive()
    row = Session.objects.get()
    assert row.expires_at - row.began_at == timedelta(hours=1)
    client.post("/account/tokens/", {"name": "ci"})  # its session is written again
    Session.objects.update(expires_at=timezone.now())
    assert not is_in(client)


def test_a_session_that_nobody_uses_ends_earlier(
    people: dict[str, User], settings: Settings
) -> None:
    settings.SESSION_IDLE = timedelta(hours=2)
    client = arrive()
    Session.objects.update(seen_at=timezone.now() - timedelta(minutes=119))
    assert is_in(client)  # and was seen by that
    assert timezone.now() - Session.objects.get().seen_at < timedelta(minutes=1)
    Session.objects.update(seen_at=timezone.now() - timedelta(minutes=121))
    assert not is_in(client)
    forget()
    assert not Session.objects.exists()


def test_a_session_of_nobody_ends_when_nobody_has_signed_in_there_for_a_while(
    people: dict[str, User], settings: Settings
) -> None:
    client = Client()
    session = client.session  # as one that was begun on the way to an identity provider
    session["oidc"] = {}
    session.save()
    row = Session.objects.get()
    assert row.expires_at - row.began_at == timedelta(minutes=15)
    client.post("/sign-in", {"username": "mira", "password": PASSWORD})
    row = Session.objects.get()
    assert (row.user, row.expires_at - row.began_at) == (
        people["mira"],
        timedelta(seconds=settings.SESSION_COOKIE_AGE),
    )


def test_tidying_reads_what_ended_alone(people: dict[str, User]) -> None:
    arrive()
    with CaptureQueriesContext(connection) as asked:
        forget()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {asked[0]['sql']}")
        plan = " ".join(line for (line,) in cursor)
    assert "session_by_end" in plan
    assert "session_by_use" in plan


def test_a_copy_of_the_table_signs_nobody_in(people: dict[str, User]) -> None:
    client = arrive()
    key = client.cookies["sessionid"].value
    row = Session.objects.get()
    assert row.digest == digest(key)
    assert key not in str(vars(row))
    thief = Client()
    thief.cookies["sessionid"] = row.digest
    assert not is_in(thief)


def test_a_session_that_was_ended_does_not_come_back_by_a_request_under_way(
    people: dict[str, User],
) -> None:
    client = arrive()
    session = client.session
    Session.objects.all().delete()
    session["more"] = 1
    answer = client.get("/account/")
    assert answer.url.startswith("/sign-in")
    assert not Session.objects.filter(user__isnull=False).exists()


def test_another_password_ends_every_other_session_and_leaves_no_row(
    people: dict[str, User],
) -> None:
    here, there = arrive(), arrive()
    body = {"password": "another long way down", "current": PASSWORD}
    here.post("/api/v1/users/mira/password/", body, "application/json")
    assert (is_in(here), is_in(there)) == (True, False)
    assert Session.objects.filter(user=people["mira"]).count() == 1


def test_what_says_nothing_known_is_a_browser() -> None:
    assert browsers.name("") == "A browser"
    assert browsers.name("curl/8.5") == "curl"
    assert browsers.name(FIREFOX) == "Firefox on Linux"
