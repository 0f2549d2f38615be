"""However often something fails, it is one notification; and who is told of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from portal import failpoints
from portal.accounts.models import User
from portal.catalog.models import Component
from portal.notifications import operations, queries
from portal.notifications.models import Event, Kind, Matter, Message, Notice, Preference
from tests.portal.notifications.conftest import Fails, confirmed, post
from tests.receivers import Mailbox

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
Works = Callable[[datetime], None]
TEAM = {"ines", "tomas", "mira", "jonas"}


def told() -> set[str]:
    return set(Notice.objects.values_list("user__username", flat=True))


def test_members_of_the_team_are_told_with_what_and_since_when(fails: Fails, now: datetime) -> None:
    fails(now)
    post(now)
    assert told() == TEAM
    matter = Matter.objects.get()
    assert matter.title == "carrier-punctuality fails in production"
    assert matter.story == "Since 20 Nov 06:00 UTC, 1 run. Check `key` found 12 rows."
    assert (matter.tone, matter.link) == ("bad", "/runs/12/")
    assert {notice.because for notice in Notice.objects.all()} == {"you are in airline-data"}
    assert not Event.objects.exists()


def test_fifty_failures_are_one_notification_and_one_mail(
    fails: Fails, now: datetime, people: dict[str, User], mailbox: Mailbox
) -> None:
    confirmed(people["ines"])
    for number in range(50):
        fails(now + number * MINUTE, f"Attempt {number}.", link=f"/runs/{number}/")
        if number in {0, 10, 49}:
            post(now + number * MINUTE)
    matter = Matter.objects.get()
    assert (matter.times, matter.link) == (50, "/runs/49/")
    assert matter.story == "Since 20 Nov 06:00 UTC, 50 runs. The last: Attempt 49."
    assert Notice.objects.count() == len(TEAM)
    assert mailbox.subjects == ["carrier-punctuality fails in production"]


def test_a_mail_says_what_since_when_where_and_why(
    fails: Fails, now: datetime, people: dict[str, User], mailbox: Mailbox
) -> None:
    confirmed(people["ines"])
    fails(now, "Password=hunter2 was not taken.")
    post(now)
    (mail,) = mailbox.mails
    assert mailbox.envelopes[0][1] == ["ines@example.com"]
    text = mail.get_body(("plain",)).get_content()
    assert "Since 20 Nov 06:00 UTC, 1 run." in text
    assert "http://localhost:8000/runs/12/" in text
    assert "You are told because you are in airline-data." in text
    assert "/notifications/settings/" in text
    page = mail.get_body(("html",)).get_content()
    assert '<a href="http://localhost:8000/runs/12/">Look</a>' in page
    assert "hunter2" not in text + page


def test_it_works_again_and_says_after_how_long(
    fails: Fails, works: Works, now: datetime, people: dict[str, User], mailbox: Mailbox
) -> None:
    confirmed(people["ines"])
    fails(now)
    post(now)
    Notice.objects.update(read_at=now)
    works(now + 2 * HOUR)
    post(now + 2 * HOUR)
    assert mailbox.subjects == [
        "carrier-punctuality fails in production",
        "carrier-punctuality works again in production after 2 h",
    ]
    assert mailbox.mails[0]["References"] == mailbox.mails[1]["References"]
    assert Matter.objects.get().tone == "good"
    assert queries.unread(people["mira"]) == 1  # it changed its state: unread again


def test_one_failure_that_was_over_at_once_has_one_time_and_no_length(
    fails: Fails, works: Works, now: datetime
) -> None:
    fails(now)
    post(now)
    works(now)
    post(now)
    matter = Matter.objects.get()
    assert matter.title == "carrier-punctuality works again in production"
    assert matter.story == "1 run failed, 20 Nov 06:00 UTC. Check `key` found 12 rows."
    matter.times, matter.over_at = 3, now + 2 * HOUR
    assert matter.story.startswith("3 runs failed between 20 Nov 06:00 and 08:00 UTC.")


def test_where_nothing_fails_success_writes_nothing(
    works: Works, now: datetime, django_assert_num_queries: Callable[[int], object]
) -> None:
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        works(now)
    assert not Event.objects.exists()


def test_a_success_just_after_the_failure_is_not_lost(
    fails: Fails, works: Works, now: datetime, people: dict[str, User], mailbox: Mailbox
) -> None:
    """The failure was not folded yet when the next run ended well."""
    confirmed(people["ines"])
    fails(now)
    works(now + MINUTE)
    post(now + MINUTE)
    assert not Matter.objects.get().is_open
    assert mailbox.subjects == [
        "carrier-punctuality fails in production",
        "carrier-punctuality works again in production after 1 min",
    ]


def test_what_flickers_is_one_notification_and_two_mails(
    fails: Fails, works: Works, now: datetime, people: dict[str, User], mailbox: Mailbox
) -> None:
    confirmed(people["ines"])
    for minute in range(0, 10, 2):
        fails(now + minute * MINUTE)
        post(now + minute * MINUTE)
        works(now + (minute + 1) * MINUTE)
        post(now + (minute + 1) * MINUTE)
    assert Matter.objects.get().rounds == 5
    assert len(mailbox.subjects) == 2  # that it fails, that it works: and so it is


def test_what_fails_again_for_good_is_said_again(
    fails: Fails, works: Works, now: datetime, people: dict[str, User], mailbox: Mailbox
) -> None:
    confirmed(people["ines"])
    fails(now)
    post(now)
    works(now + MINUTE)
    post(now + MINUTE)
    fails(now + 5 * MINUTE, "Again.")
    post(now + 5 * MINUTE)
    assert len(mailbox.mails) == 2
    post(now + 21 * MINUTE)
    assert mailbox.subjects[2:] == ["carrier-punctuality fails in production"]
    assert "Since 20 Nov 06:05" in mailbox.mails[2].get_body(("plain",)).get_content()


def test_the_next_day_it_is_another_matter(fails: Fails, works: Works, now: datetime) -> None:
    fails(now)
    works(now + HOUR)
    fails(now + 24 * HOUR)
    post(now + 24 * HOUR)
    before, today = Matter.objects.order_by("pk")
    assert (before.rounds, before.over_at) == (1, now + HOUR)
    assert (today.rounds, today.over_at) == (1, None)


def test_what_has_happened_is_told_once_however_often_it_is_said(
    component: Component, now: datetime, people: dict[str, User]
) -> None:
    for _ in range(3):
        operations.notify(
            kind=Kind.RELEASE_REJECTED, key="7", subject="v3 was rejected", component=component,
            actor=people["ines"], now=now,
        )  # fmt: skip
        post(now)
    assert Matter.objects.count() == 1
    assert told() == TEAM - {"ines"}  # she did it


def test_whoever_asked_hears_of_it_wherever_they_are(
    component: Component, now: datetime, people: dict[str, User]
) -> None:
    operations.notify(
        kind=Kind.DEPLOYMENT_FINISHED, key="8", subject="v3 is live", component=component,
        person=people["hannah"], now=now,
    )  # fmt: skip
    post(now)
    assert Notice.objects.get().because == "you asked for it"
    assert told() == {"hannah"}


def test_people_who_are_switched_off_hear_nothing(
    fails: Fails, now: datetime, people: dict[str, User]
) -> None:
    User.objects.filter(username="jonas").update(is_active=False)
    fails(now)
    post(now)
    assert told() == TEAM - {"jonas"}


def test_what_waits_for_a_decision_is_no_longer_unread_when_it_is_taken(
    component: Component, now: datetime, people: dict[str, User], mailbox: Mailbox
) -> None:
    confirmed(people["ines"], people["tomas"])
    operations.notify(
        kind=Kind.APPROVAL_NEEDED, key="9", subject="carrier-punctuality v3 → production",
        component=component, actor=people["ines"], now=now,
    )  # fmt: skip
    post(now)
    assert told() == {"tomas"}  # who asked does not approve
    assert mailbox.subjects == ["carrier-punctuality v3 → production waits for approval"]
    operations.over(kind=Kind.APPROVAL_NEEDED, key="9", now=now + HOUR)
    post(now + HOUR)
    assert queries.unread(people["tomas"]) == 0
    assert len(mailbox.mails) == 1
    matter = Matter.objects.get()
    assert matter.title == "carrier-punctuality v3 → production no longer waits for approval"
    assert (matter.tone, matter.icon) == ("neutral", "check")


def test_a_reminder_comes_only_where_the_platform_wants_it(
    fails: Fails, now: datetime, people: dict[str, User], mailbox: Mailbox, settings: Settings
) -> None:
    confirmed(people["ines"])
    fails(now)
    post(now)
    post(now + 30 * HOUR)
    assert len(mailbox.mails) == 1
    settings.REMIND_SECONDS = 12 * 3600
    for hour in (30, 31, 43):
        post(now + hour * HOUR)
    assert len(mailbox.mails) == 3


def test_an_hour_in_one_mail_says_of_each_matter_the_last_word(
    fails: Fails, works: Works, now: datetime, people: dict[str, User], mailbox: Mailbox,
    component: Component,
) -> None:  # fmt: skip
    confirmed(people["ines"], mail=Preference.Mail.HOURLY)
    fails(now)
    operations.notify(
        kind=Kind.RELEASE_REJECTED, key="7", subject="v3 was rejected", component=component,
        now=now + 10 * MINUTE,
    )  # fmt: skip
    works(now + 20 * MINUTE)
    post(now + 20 * MINUTE)
    assert mailbox.mails == []
    post(now + HOUR + MINUTE)
    (mail,) = mailbox.mails
    assert mail["Subject"].startswith("2 notifications: ")
    text = mail.get_body(("plain",)).get_content()
    assert "works again in production after 20 min" in text
    assert "v3 was rejected" in text
    assert "fails in production" not in text


def test_a_folder_that_dies_has_done_nothing_and_another_does_it_once(
    fails: Fails, now: datetime, people: dict[str, User], mailbox: Mailbox
) -> None:
    confirmed(people["ines"])
    fails(now)
    failpoints.arm("portal.events.folded=error")
    with pytest.raises(failpoints.Failed):
        operations.fold(now=now)
    assert (Matter.objects.count(), Message.objects.count(), Event.objects.count()) == (0, 0, 1)
    post(now)
    post(now)
    assert len(mailbox.mails) == 1


def test_an_event_that_can_not_be_folded_keeps_no_other_waiting(
    fails: Fails, now: datetime
) -> None:
    fails(now, kind="no.such", key="x")
    fails(now)
    post(now)
    assert Matter.objects.count() == 1
    assert Event.objects.get().due_at == now + HOUR
