"""What the platform team changes of people: names, the platform role, whether they are let in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from portal.accounts import change_operations
from portal.accounts.models import Team, User
from portal.audit.models import Entry
from portal.errors import Moved, NotAllowed, Refused
from portal.people import queries
from portal.search.models import Findable
from portal.second_factor.models import Grace
from tests.conftest import NOW

People = dict[str, User]
Program = Callable[..., APIClient]


def change(people: People, name: str, by: str = "priya", **given: object) -> User:
    asking = User.objects.get(username=by)
    return change_operations.change_user(user=people[name], by=asking, now=NOW, **given)


def latest() -> Entry:
    return Entry.objects.latest("id")


def test_a_name_and_a_mail_address_are_changed_and_found(people: People) -> None:
    change(people, "jonas", full_name=" Jonas  Brandt ", email="jb@example.com")
    entry = latest()
    assert entry.before == {"full_name": "Jonas Weber", "email": "jonas@example.com"}
    assert entry.after == {"full_name": "Jonas Brandt", "email": "jb@example.com"}
    assert Findable.objects.get(kind="person", name="jonas").title == "Jonas Brandt"


def test_an_empty_name_is_the_name_to_sign_in_with(people: People) -> None:
    assert change(people, "jonas", full_name=" ").full_name == "jonas"


def test_saying_the_same_again_changes_nothing(people: People) -> None:
    before = Entry.objects.count()
    change(people, "jonas", full_name="Jonas Weber")
    assert Entry.objects.count() == before


def test_the_platform_role_is_given_and_taken_with_why(people: People) -> None:
    change(people, "ines", is_platform=True, reason="Helps us.")
    assert (latest().after, latest().reason) == ({"is_platform": True}, "Helps us.")
    change(people, "priya", by="ines", is_platform=False, reason="Moved on.")
    assert not User.objects.get(username="priya").is_platform


def test_the_last_person_with_the_platform_role_keeps_it(people: People) -> None:
    with pytest.raises(Refused, match="Priya Raman is the last person with the platform role"):
        change(people, "priya", is_platform=False)
    assert (latest().outcome, latest().thing) == ("refused", "priya")
    change(people, "ines", is_platform=True)
    User.objects.filter(username="ines").update(is_active=False)  # who can't sign in is nobody
    with pytest.raises(Refused, match="the last person"):
        change(people, "priya", is_platform=False)


def test_two_of_them_cannot_switch_each_other_off(people: People) -> None:
    ines, asking = change(people, "ines", is_platform=True), User.objects.get(username="priya")
    change_operations.set_active(user=people["priya"], is_active=False, by=ines, now=NOW)
    with pytest.raises(Refused, match="Ines Costa is the last person"):  # she had asked, too
        change_operations.set_active(user=ines, is_active=False, by=asking, now=NOW)


def test_the_role_begins_with_days_of_grace_of_its_own(people: People) -> None:
    Grace.objects.create(user=people["ines"], began_at=NOW)
    change(people, "ines", is_platform=True)
    assert not Grace.objects.exists()


def test_what_a_person_gives_is_no_longer_a_groups(people: People) -> None:
    User.objects.filter(username="priya").update(is_platform_by_group=True)
    change(people, "ines", is_platform=True)
    change(people, "priya", by="ines", is_platform=False)
    assert not User.objects.get(username="priya").is_platform_by_group


def test_nobody_else_may_and_the_refusal_is_kept(people: People) -> None:
    for refused in (
        lambda: change(people, "ines", by="ines", is_platform=True),
        lambda: change_operations.set_active(
            user=people["mira"], is_active=False, by=people["ines"], now=NOW
        ),
    ):
        with pytest.raises(NotAllowed, match="Someone with the platform role can"):
            refused()
        assert (latest().verb, latest().outcome) == ("user.change", "refused")


def test_switching_off_twice_is_told_and_why_is_kept(people: People) -> None:
    off = {"user": people["mira"], "is_active": False, "by": people["priya"], "now": NOW}
    change_operations.set_active(**off, reason="Left in May.")
    assert latest().reason == "Left in May."
    with pytest.raises(Moved, match="already switched off"):
        change_operations.set_active(**off)


def test_teams_are_named_in_which_nobody_else_is_a_maintainer(
    people: People, airline_data: Team
) -> None:
    assert queries.alone_in(people["hannah"]) == ["finance-data"]
    assert queries.alone_in(people["ines"]) == []
    User.objects.filter(username="tomas").update(is_active=False)
    assert queries.alone_in(people["ines"]) == ["airline-data"]


def test_a_program_does_the_same(program: Program) -> None:
    admin = program("priya")
    changed = admin.patch("/api/v1/users/jonas/", {"full_name": "Jonas Brandt"}).json()
    assert (changed["full_name"], changed["is_platform"]) == ("Jonas Brandt", False)
    given = {"is_platform": True, "reason": "Helps us."}
    assert admin.patch("/api/v1/users/ines/", given).json()["is_platform"] is True
    wrong = admin.patch("/api/v1/users/jonas/", {"email": "nowhere"})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "email")
    assert program("mira").patch("/api/v1/users/mira/", given).status_code == 403
