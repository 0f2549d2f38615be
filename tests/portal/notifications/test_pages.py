"""The pages and the API of what one is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from portal.accounts.models import Team, User
from portal.catalog.models import Component
from portal.notifications import operations, queries
from portal.notifications.models import Kind, Matter, Message, Preference
from tests.portal.notifications.conftest import Fails, post, send_due
from tests.receivers import TOKEN, Mailbox, Mattermost

pytestmark = pytest.mark.django_db
MINE = "/api/v1/notifications/"


def test_a_list_is_read_page_by_page_and_narrowed_down(
    fails: Fails, now: datetime, component: Component, browser: Callable[[str], Client]
) -> None:
    fails(now)
    for number in range(60):
        operations.notify(
            kind=Kind.RELEASE_REJECTED, key=f"{number}", subject=f"v{number} was rejected",
            component=component, now=now + timedelta(minutes=number),
        )  # fmt: skip
        operations.fold(now=now + timedelta(minutes=number))
    client = browser("mira")
    first = client.get("/notifications/")
    assert "v59 was rejected" in first.content.decode()
    assert "fails in production" not in first.content.decode()
    older = client.get("/notifications/", {"before": first.context["page"].older})
    assert "fails in production" in older.content.decode()
    failing = client.get("/notifications/?kind=run.failed").content.decode()
    assert "fails in production" in failing
    assert "v59 was rejected" not in failing
    assert b"99+" not in first.content
    assert b"61 unread" in first.content


def test_opening_reads_and_leads_on(
    fails: Fails, now: datetime, people: dict[str, User], browser: Callable[[str], Client]
) -> None:
    fails(now)
    post(now)
    notice = queries.notices(people["mira"]).get()
    client = browser("mira")
    assert client.get(f"/notifications/{notice.pk}/").headers["Location"] == "/runs/12/"
    assert queries.unread(people["mira"]) == 0
    assert "Nothing here" in client.get("/notifications/?show=unread").content.decode()
    assert browser("ines").get(f"/notifications/{notice.pk}/").status_code == 404


def test_the_bell_answers_only_what_is_new(
    fails: Fails, now: datetime, browser: Callable[[str], Client]
) -> None:
    client = browser("mira")
    asked = client.get("/notifications/bell")
    seen = asked.headers["X-Seen"]
    assert client.get("/notifications/bell", {"seen": seen}).status_code == 204
    fails(now)
    post(now)
    rung = client.get("/notifications/bell", {"seen": seen})
    assert "1 unread" in rung.content.decode()
    assert "fails in production" in client.get("/notifications/panel").content.decode()


def test_the_settings_say_that_no_mail_server_is_set_up(browser: Callable[[str], Client]) -> None:
    page = browser("mira").get("/notifications/settings/").content.decode()
    assert "No mail server is set up here" in page
    assert "Ask Priya Raman: whoever runs Slipway" in page
    assert "SLIPWAY_MAIL_URL" in page


def test_nobody_is_invited_to_mail_that_no_server_would_send(
    browser: Callable[[str], Client], settings: Settings
) -> None:
    client = browser("mira")
    assert "Set up mail" not in client.get("/notifications/").content.decode()
    settings.EMAIL_HOST = "127.0.0.1"
    assert "Set up mail" in client.get("/notifications/").content.decode()


def test_ways_are_chosen_and_an_address_confirmed_on_pages(
    now: datetime, people: dict[str, User], mailbox: Mailbox, browser: Callable[[str], Client]
) -> None:
    client = browser("mira")
    client.post("/notifications/settings/", {"mail": "hourly", "page_on": [Kind.RUN_FAILED]})
    wish = Preference.objects.get(user=people["mira"])
    assert wish.mail == "hourly"
    assert Kind.RUN_FAILED not in wish.page_off
    assert Kind.RUN_LATE in wish.page_off
    wrong = client.post("/notifications/settings/address", {"address": "nowhere"})
    assert (wrong.status_code, b"not a mail address" in wrong.content) == (422, True)
    client.post("/notifications/settings/address", {"address": "mira@example.org"})
    message = Message.objects.get()
    send_due(message.created_at)
    link = message.contents[0]["link"]
    assert b"Yes, write to mira@example.org" in client.get(link).content
    assert Preference.objects.get().confirmed_at is None  # a look confirms nothing
    client.post(link.partition("?")[0], {"token": link.partition("token=")[2]})
    assert Preference.objects.get().confirmed_at


def test_a_channel_is_connected_tried_out_and_removed_on_pages(
    airline_data: Team, mattermost: Mattermost, browser: Callable[[str], Client]
) -> None:
    client = browser("ines")
    form = {"team": "airline-data", "title": "Data", "address": mattermost.webhook}
    wrong = client.post("/notifications/channels/add", {**form, "address": "ftp://x"})
    assert b"Slipway does not know" in wrong.content
    client.post("/notifications/channels/add", {**form, "kinds": [Kind.RUN_FAILED]})
    (channel,) = queries.channels()
    tried = client.post(
        f"/notifications/channels/{channel.pk}/test", headers={"HX-Request": "true"}
    )
    assert b"On its way" in tried.content
    message = Message.objects.get()
    address = f"/notifications/channels/{channel.pk}/tests/{message.pk}"
    assert client.get(address).status_code == 200
    send_due(message.created_at)
    over = client.get(address)
    assert (over.status_code, b"Arrived" in over.content) == (286, True)
    page = client.get("/notifications/settings/").content.decode()
    assert "all of airline-data: runs fail, or work again" in page
    assert TOKEN not in page
    assert b"channels/add" not in browser("jonas").get("/notifications/settings/").content
    client.post(f"/notifications/channels/{channel.pk}/remove", {"yes": "yes"})
    assert not queries.channels().exists()


def test_following_and_muting_on_pages(
    component: Component, people: dict[str, User], browser: Callable[[str], Client]
) -> None:
    client = browser("hannah")
    form = client.get("/notifications/subscriptions/add?component=carrier-punctuality")
    assert b'value="carrier-punctuality"' in form.content
    wrong = client.post("/notifications/subscriptions/add", {"component": "no-such"})
    assert b"There is no component of this name" in wrong.content
    assert (
        b"Name a component" in client.post("/notifications/subscriptions/add", {"kind": ""}).content
    )
    client.post("/notifications/subscriptions/add", {"component": "carrier-punctuality"})
    (followed,) = queries.followed(people["hannah"])
    client.post(f"/notifications/subscriptions/{followed.pk}/remove")
    assert not queries.followed(people["hannah"]).exists()
    client.post("/notifications/components/carrier-punctuality/mute")
    assert b"Unmute" in client.get("/notifications/settings/").content


def test_by_a_program(
    fails: Fails, now: datetime, people: dict[str, User], program: Callable[..., APIClient]
) -> None:
    fails(now)
    fails(now + timedelta(minutes=5), key="other", subject="airport-weather")
    post(now + timedelta(minutes=5))
    mira = program("mira")
    newest, oldest = mira.get(MINE).json()["results"]
    assert newest["title"] == "airport-weather fails in production"
    assert (oldest["is_open"], oldest["times"], oldest["because"]) == (
        True, 1, "you are in airline-data",
    )  # fmt: skip
    assert mira.post(f"{MINE}{newest['id']}/read/").json()["read_at"]
    assert mira.post(f"{MINE}read/").json() == {"read": 1}
    assert mira.get(f"{MINE}?is_unread=true").json()["results"] == []
    assert mira.get(f"{MINE}settings/").json()["mail"] == "at_once"
    said = mira.post(f"{MINE}settings/", {"mail": "never"}).json()
    assert (said["mail"], said["is_mailed"]) == ("never", False)
    muted = mira.post("/api/v1/mutes/", {"component": "carrier-punctuality"})
    assert muted.status_code == 201
    assert mira.delete("/api/v1/mutes/carrier-punctuality/").status_code == 204
    assert Matter.objects.count() == 2


def test_the_address_of_a_channel_never_comes_out_of_the_api(
    airline_data: Team, mattermost: Mattermost, program: Callable[..., APIClient]
) -> None:
    ines = program("ines")
    made = ines.post("/api/v1/channels/", {"team": "airline-data", "address": mattermost.webhook})
    assert made.status_code == 201
    asked = ines.post(f"/api/v1/channels/{made.json()['id']}/test/")
    found = ines.get(f"/api/v1/channels/{made.json()['id']}/tests/{asked.json()['id']}/")
    every = ines.get("/api/v1/channels/")
    assert found.json()["state"] == "queued"
    for answer in (made, asked, found, every):
        assert TOKEN not in answer.content.decode()
    assert ines.get("/api/v1/messages/").status_code == 403
    dead = Message.objects.get()
    Message.objects.update(state=Message.State.DEAD)
    priya = program("priya")
    assert priya.get("/api/v1/messages/?state=dead").json()["results"][0]["id"] == str(dead.pk)
    assert priya.post(f"/api/v1/messages/{dead.pk}/again/").json()["state"] == "queued"
