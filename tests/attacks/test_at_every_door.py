"""Attacks that are tried at every door of the whole house."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

from django.db import transaction
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from portal.accounts.models import Team, User
from tests import more_of_it
from tests.attacks import planting
from tests.conftest import NOW
from tests.portal.pages.query_counts import COUNTS, MORE, READERS
from tests.test_permissions import PLATFORM, TABLE, knock
from tests.whole_house import Whole, telling

# What no form of the browser can be forged for: signed, or with a token alone
WITHOUT_COOKIES = ("/v1/", "/events/{name}", "/catalog/hooks/{name}")
RAN, SHOWN = r"<script>x(\d+)", r"&lt;script&gt;x(\d+)"
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


# The sweep goes over all fields; these at least must be seen to be text on some page
READ = """
deployments.Deployment.reason deployments.Environment.title deployments.Hold.reason
deployments.Rejection.reason deployments.Step.message deployments.StepAttempt.message
observability.Change.title observability.Commit.message observability.LogRecord.attributes
observability.LogRecord.message observability.OutsideEvent.subject observability.PinnedQuery.name
observability.PinnedQuery.query observability.Reclassification.reason
observability.SavedSearch.name observability.SavedSearch.query observability.Span.message
pipelines.Acceptance.reason pipelines.Attempt.log pipelines.Backfill.reason
pipelines.Client.contact pipelines.Client.description pipelines.Client.title
pipelines.Connection.title pipelines.Delivery.message pipelines.Delivery.reason
pipelines.Destination.title pipelines.Draft.text pipelines.Draft.title pipelines.Run.message
pipelines.Run.reason pipelines.Schedule.message pipelines.Version.file
portal.CatalogSource.message portal.Channel.title portal.Component.description
portal.Component.title portal.Entity.description portal.EntityFinding.message portal.Entry.after
portal.Entry.reason portal.Factor.name portal.Feedback.sentence portal.Grant.reason
portal.PathRun.answers portal.PathRun.reason portal.PathStep.message portal.Pause.reason
portal.Session.browser portal.Team.description portal.Team.title portal.Token.name
portal.User.full_name
"""


def test_every_field_that_is_left_out_of_that_is_there() -> None:
    assert list(planting.unknown()) == []
    assert sorted(set(READ.split()) - planting.planted().keys()) == []


def test_what_people_write_is_text_on_every_page(whole: Whole, people: dict[str, User]) -> None:
    """Neither the browser nor the template engine reads any of it, in whichever field it stands."""
    more_of_it.complete(whole, NOW)
    telling(timezone.now())
    addresses = {asked: filled(whole, asked) for asked in (*COUNTS, *MORE)}
    names = {str(number): name for name, number in planting.plant().items()}
    wrong, seen = [], set()
    client = Client(raise_request_exception=False)
    for asked, address in sorted(addresses.items(), key=reader):
        client.force_login(people[reader((asked, address))])
        answer = client.get(address)
        text = answer.content.decode() if not answer.streaming else ""
        if answer.status_code >= 500:
            wrong.append(f"{asked}: {answer.status_code}")
        if "text/html" in answer.headers.get("Content-Type", ""):
            wrong += [f"{asked}: {names[number]}" for number in re.findall(RAN, text)]
            seen |= set(re.findall(SHOWN, text))
    unseen = set(READ.split()) - {names[number] for number in seen}
    assert (wrong, sorted(unseen)) == ([], [])


def reader(asked: tuple[str, str]) -> str:
    if asked[0].startswith("/account/"):
        return "mira"  # who has a token, a second factor and sessions
    return READERS.get(asked[0].partition("?")[0], PLATFORM)


def filled(whole: Whole, asked: str) -> str:
    """The address of this house, with what it is asked for."""
    pattern, mark, query = asked.partition("?")
    return whole.address(pattern) + mark + query


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
