"""Attacks that are tried at every door of the whole house."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from django.db import transaction
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from deployments.rollouts.models import Deployment
from portal.accounts.models import Grant, Team, Token, User
from portal.catalog.models import Component
from portal.feedback.models import Feedback
from portal.second_factor.models import Factor
from portal.sessions.models import Session
from tests.portal.pages.query_counts import COUNTS
from tests.test_permissions import PLATFORM, TABLE, knock
from tests.whole_house import Whole, telling

# What no form of the browser can be forged for: signed, or with a token alone
WITHOUT_COOKIES = ("/v1/", "/events/{name}", "/catalog/hooks/{name}")
MARK = "{{7*7}}{%if%}<script>x('\"1</script>"
BREAKS = "' OR 1=1); DROP TABLE portal_user;-- <script>x</script> \\ %00 %s {0}"
ASKED = (
    *("q", "sort", "order", "ordering", "before", "upto", "cursor", "limit", "environment"),
    *("component", "team", "state", "status", "actor", "verb", "from", "to", "time", "since"),
    *("kind", "name", "client", "destination", "run", "release", "version", "show", "live"),
    *("month", "page", "least", "operation", "search", "transformation", "outcome", "whose"),
    *("words", "approvals"),
)


def signed_in(people: dict[str, User], *, strict: bool = False) -> Client:
    client = Client(raise_request_exception=False, enforce_csrf_checks=strict)
    client.force_login(people[PLATFORM])
    return client


def test_a_forged_form_changes_nothing_anywhere(whole: Whole, people: dict[str, User]) -> None:
    """Another site lets the browser send a form or JSON: without our token nothing happens."""
    client = signed_in(people, strict=True)
    wrong = []
    for door, (_, body) in TABLE.items():
        path = door.partition(" ")[2]
        if door.startswith("GET ") or path.startswith(WITHOUT_COOKIES):
            continue
        with transaction.atomic():
            answer = knock(client, door, whole, body)
            transaction.set_rollback(True)
        if answer.status_code != 403:
            wrong.append(f"{door}: {answer.status_code}")
    assert wrong == []


def pages(whole: Whole) -> Iterator[str]:
    return (whole.address(pattern) for pattern in COUNTS)


def plant() -> None:
    """In every text that somebody can write and somebody else reads."""
    User.objects.update(full_name=MARK, email=MARK)
    Team.objects.update(title=MARK, description=MARK)
    Component.objects.update(title=MARK, description=MARK)
    Token.objects.update(name=MARK)
    Grant.objects.update(reason=MARK)
    Feedback.objects.update(sentence=MARK)
    Session.objects.update(browser=MARK, address=MARK)
    Factor.objects.update(name=MARK)
    Deployment.objects.update(reason=MARK)


def test_what_people_write_is_text_on_every_page(whole: Whole, people: dict[str, User]) -> None:
    """Neither the browser nor the template engine reads any of it."""
    telling(timezone.now())
    client = signed_in(people)
    plant()
    shown = 0
    for address in pages(whole):
        answer = client.get(address)
        if "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        text = answer.content.decode()
        assert "<script>x" not in text, address
        shown += "{{7*7}}{%if%}&lt;script&gt;" in text
    assert shown > 60  # it was there


def test_nonsense_in_an_address_is_text_everywhere(whole: Whole, people: dict[str, User]) -> None:
    """Neither PostgreSQL nor the browser reads what an address asks for."""
    telling(timezone.now())
    client = signed_in(people)
    asked = urlencode(dict.fromkeys(ASKED, BREAKS))
    wrong = []
    for address in pages(whole):
        with transaction.atomic():
            answer = client.get(f"{address.partition('?')[0]}?{asked}")
            transaction.set_rollback(True)
        if answer.status_code >= 500 and answer.status_code != 503:
            wrong.append(f"{address}: {answer.status_code}")
        is_page = "text/html" in answer.headers.get("Content-Type", "")
        if is_page and b"<script>x" in answer.content:
            wrong.append(f"{address}: reflected")
    assert wrong == []
    assert User.objects.exists()


def test_nobody_keeps_a_private_page(whole: Whole, people: dict[str, User]) -> None:
    """No proxy, and no browser after the sign-out."""
    client = signed_in(people)
    wrong = [
        address
        for address in pages(whole)
        if "no-store" not in (said := client.get(address).headers.get("Cache-Control", ""))
        and "private" not in said
    ]
    assert wrong == []


def test_a_method_in_a_header_or_a_field_is_no_method(
    whole: Whole, people: dict[str, User]
) -> None:
    """A GET that says that it is a DELETE stays a GET, and a POST a POST."""
    member = whole.address("/api/v1/teams/{name}/members/{username}/")
    said = {"X-HTTP-Method-Override": "DELETE", "X-Method-Override": "DELETE"}
    client = APIClient()
    client.force_login(people[PLATFORM])
    before = Team.objects.get(name="airline-data").memberships.count()
    for method in (client.get, client.post):
        answer = method(member, {"_method": "DELETE"}, headers=said)
        assert answer.status_code == 405
    assert Team.objects.get(name="airline-data").memberships.count() == before
