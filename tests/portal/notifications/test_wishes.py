"""What people follow and mute, and that mail goes only where it was confirmed."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from portal.accounts import operations as accounts
from portal.accounts.models import Scope, Team, User
from portal.audit.models import Entry
from portal.catalog import operations as catalog
from portal.catalog.models import Component, Dependency
from portal.errors import Moved, NotAllowed, Refused
from portal.notifications import operations, queries
from portal.notifications.models import Kind, Message, Mute, Notice, Preference
from portal.search import operations as search
from portal.search.things import Thing
from tests.portal.notifications.conftest import Fails, confirmed, post, send_due
from tests.receivers import Mailbox

pytestmark = pytest.mark.django_db


def because(name: str) -> str:
    return Notice.objects.get(user__username=name).because


@pytest.fixture
def client_name() -> str:
    """A client that the component reaches; the floor above put it into the search."""
    search.put(Thing(kind="client", name="acme-travel", url="/clients/acme-travel/", icon="client"))
    return "acme-travel"


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("component", "you follow carrier-punctuality"),
        ("team", "you follow all of airline-data"),
        ("client", "you follow the client acme-travel"),
        ("kind", "you follow “Runs fail, or work again”"),
    ],
)
def test_a_stranger_who_follows_it_is_told_and_why(
    fails: Fails, now: datetime, people: dict[str, User], component: Component,
    airline_data: Team, client_name: str, what: str, said: str,
) -> None:  # fmt: skip
    feeds = ("feeds", "client", client_name)
    catalog.depend(component=component, on=[feeds], source=Dependency.Source.DECLARED, now=now)
    named = {
        "component": component, "team": airline_data, "client": client_name,
        "kind": Kind.RUN_FAILED,
    }  # fmt: skip
    operations.subscribe(**{what: named[what]}, by=people["hannah"], now=now)
    with pytest.raises(Moved):
        operations.subscribe(**{what: named[what]}, by=people["hannah"], now=now)
    fails(now)
    post(now)
    assert because("hannah") == said


def test_all_that_is_named_has_to_fit(
    fails: Fails, now: datetime, people: dict[str, User], component: Component, finance_data: Team
) -> None:
    given = {"by": people["hannah"], "now": now}
    operations.subscribe(component=component, kind=Kind.RELEASE_REJECTED, **given)
    operations.subscribe(component=component, team=finance_data, **given)
    fails(now)
    post(now)
    assert not Notice.objects.filter(user=people["hannah"]).exists()


def test_nobody_follows_everything_or_what_is_not_there(
    people: dict[str, User], now: datetime, component: Component, airline_data: Team
) -> None:
    for wish in ({}, {"kind": "no.such"}, {"client": "no-such-client"}):
        with pytest.raises(Refused):
            operations.subscribe(**wish, by=people["hannah"], now=now)
    mine = operations.subscribe(component=component, by=people["hannah"], now=now)
    with pytest.raises(NotAllowed):
        operations.unsubscribe(subscription=mine, by=people["ines"], now=now)
    operations.unsubscribe(subscription=mine, by=people["hannah"], now=now)
    with pytest.raises(Moved):
        operations.unsubscribe(subscription=mine, by=people["hannah"], now=now)


def test_a_muted_component_is_silent_but_for_what_one_asked_for(
    fails: Fails, now: datetime, people: dict[str, User], component: Component
) -> None:
    operations.mute(component=component, by=people["ines"], now=now)
    operations.mute(component=component, by=people["ines"], now=now)
    assert Entry.objects.filter(verb="notification.mute").count() == 1
    fails(now)
    operations.notify(
        kind=Kind.DEPLOYMENT_FAILED, key="1", subject="v3 failed", component=component,
        person=people["ines"], now=now,
    )  # fmt: skip
    post(now)
    assert Notice.objects.get(user=people["ines"]).kind == Kind.DEPLOYMENT_FAILED
    operations.unmute(component=component, by=people["ines"], now=now)
    assert not Mute.objects.exists()


def test_a_kind_can_be_left_out_of_the_page_or_of_the_mail(
    fails: Fails, now: datetime, people: dict[str, User], mailbox: Mailbox
) -> None:
    confirmed(people["ines"], people["tomas"])
    operations.prefer(page_off=[Kind.RUN_FAILED], by=people["ines"], now=now)
    operations.prefer(mail_off=[Kind.RUN_FAILED], by=people["tomas"], now=now)
    fails(now)
    post(now)
    assert [queries.unread(people[name]) for name in ("ines", "tomas", "mira")] == [0, 1, 1]
    assert [to for _, (to,) in mailbox.envelopes] == ["ines@example.com"]
    with pytest.raises(Refused):
        operations.prefer(mail="sometimes", by=people["ines"], now=now)
    with pytest.raises(Refused):
        operations.prefer(mail_off=["no.such"], by=people["ines"], now=now)


def test_mail_goes_to_an_address_once_its_owner_said_yes(
    fails: Fails, now: datetime, people: dict[str, User], mailbox: Mailbox
) -> None:
    ines = people["ines"]
    operations.ask_confirmation(address="me@example.org", by=ines, now=now)
    send_due(now)
    (mail,) = mailbox.mails
    assert mailbox.envelopes[0][1] == ["me@example.org"]
    fails(now)
    post(now)
    assert len(mailbox.mails) == 1  # not yet
    text = mail.get_body(("plain",)).get_content()
    token = re.search(r"confirm\?token=(\S+)", text)[1]
    with pytest.raises(NotAllowed):
        operations.confirm_address(token=token, by=people["hannah"], now=now)
    operations.confirm_address(token=token, by=ines, now=now)
    fails(now, key="other", subject="airport-weather")
    post(now)
    assert mailbox.envelopes[1][1] == ["me@example.org"]
    assert token not in str(list(Entry.objects.values()))


def test_an_old_or_cut_link_confirms_nothing(
    now: datetime, people: dict[str, User], mailbox: Mailbox
) -> None:
    with pytest.raises(Refused, match="not complete"):
        operations.confirm_address(token="eyJ1", by=people["ines"], now=now)
    operations.ask_confirmation(address="old@example.org", by=people["ines"], now=now)
    item = Message.objects.get().contents[0]
    operations.ask_confirmation(address="new@example.org", by=people["ines"], now=now)
    token = item["link"].partition("token=")[2]
    with pytest.raises(Refused, match="another address since"):
        operations.confirm_address(token=token, by=people["ines"], now=now)
    assert Preference.objects.get().confirmed_at is None


def test_slipway_writes_to_nobody_over_and_over(
    now: datetime, people: dict[str, User], mailbox: Mailbox
) -> None:
    for number in range(5):
        operations.ask_confirmation(address=f"a{number}@example.org", by=people["ines"], now=now)
    with pytest.raises(Refused, match="Five mails"):
        operations.ask_confirmation(address="b@example.org", by=people["ines"], now=now)
    later = now + timedelta(hours=1)
    operations.ask_confirmation(address="b@example.org", by=people["ines"], now=later)


def test_an_address_is_refused_in_words(
    now: datetime, people: dict[str, User], mailbox: Mailbox
) -> None:
    with pytest.raises(Refused, match="is not a mail address"):
        operations.ask_confirmation(address="here", by=people["ines"], now=now)
    mailbox_is_gone = Preference.objects.count()
    assert mailbox_is_gone == 0


def test_without_a_mail_server_it_is_said_who_can_help(
    now: datetime, people: dict[str, User]
) -> None:
    with pytest.raises(Refused, match="SLIPWAY_MAIL_URL"):
        operations.ask_confirmation(address="a@example.org", by=people["ines"], now=now)


def test_reading(fails: Fails, now: datetime, people: dict[str, User]) -> None:
    fails(now)
    post(now)
    ines = people["ines"]
    notice = queries.notices(ines).get()
    operations.mark_read(notice=notice, user=people["tomas"], now=now)
    assert queries.unread(ines) == 1  # it is not his
    operations.mark_read(notice=notice, user=ines, now=now)
    assert queries.unread(ines) == 0
    fails(now + timedelta(hours=1), key="other")
    post(now + timedelta(hours=1))
    assert operations.mark_all_read(user=ines, now=now, until=now) == 0  # it came meanwhile
    assert operations.mark_all_read(user=ines, now=now + timedelta(hours=2)) == 1


def test_a_token_that_may_only_read_marks_nothing(
    fails: Fails, now: datetime, people: dict[str, User]
) -> None:
    fails(now)
    post(now)
    ines = people["ines"]
    ines.token, _ = accounts.issue_token(
        user=ines, name="look", scopes=[Scope.READ], expires_at=None, by=ines, now=now
    )
    with pytest.raises(NotAllowed):
        operations.mark_all_read(user=ines, now=now)
