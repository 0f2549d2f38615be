"""Applying does what the plan said, step by step, once, and stops where something is refused."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import sleep

import pytest
from django.db import connection, transaction

from portal.accounts import operations as accounts
from portal.accounts.models import Membership, Role, Team, User
from portal.audit.models import Entry
from portal.catalog import operations as catalog
from portal.catalog.models import Component
from portal.errors import Moved, NotAllowed, Refused
from portal.manifests import operations, queries
from portal.manifests.models import Application, ApplicationStep, Kept
from tests.conftest import NOW
from tests.locks import somebody_waits
from tests.portal.manifests.conftest import GATE, TEAM
from tests.portal.manifests.folder import SOURCE, Folder, export


def test_each_thing_is_made_by_its_own_operation_and_the_audit_says_by_which_file(
    folder: Folder,
) -> None:
    digest = folder.plan().digest
    folder.apply()

    team = Team.objects.get(name="harbour")
    roles = dict(team.memberships.values_list("user__username", "role"))
    assert roles == {"ines": Role.MAINTAINER, "mira": Role.DEVELOPER}
    entry = Entry.objects.get(verb="component.register")
    assert (entry.actor, entry.thing) == (folder.by, "gate-api")
    assert entry.reason == f"By files, plan {digest[:19]}: components.yaml"
    applied = Entry.objects.filter(verb="manifest.apply").order_by("pk")
    assert [one.after for one in applied] == [
        {"steps": {"create": 2, "change": 0, "keep": 0, "remove": 0, "leave": 0}},
        {"state": "done", "done": 2, "of": 2},
    ]
    assert not ApplicationStep.objects.exclude(text="").exists(), "the repository has it"
    kept = Kept.objects.get(kind="Component")
    assert (kept.source, kept.file) == (SOURCE, "components.yaml")


def test_nothing_is_done_where_the_portal_changed_since_the_plan(folder: Folder) -> None:
    digest = folder.plan().digest
    accounts.create_team(name="harbour", title="", description="", by=folder.by, now=NOW)

    with pytest.raises(Moved, match="Since the plan something changed"):
        folder.begin(digest=digest)
    assert not Component.objects.filter(name="gate-api").exists()


def test_nothing_is_done_where_a_step_would_be_refused(
    folder: Folder, people: dict[str, User]
) -> None:
    folder.by = people["ines"]

    with pytest.raises(Refused, match="Nothing was done: 1 of 2 would be refused") as refused:
        folder.begin()
    assert "You may not create teams" in str(refused.value.details[0]["message"])
    assert not Component.objects.filter(name="gate-api").exists()


def test_it_stops_at_the_first_refusal_and_goes_on_with_a_new_plan(folder: Folder) -> None:
    application = folder.work(folder.begin(), most=1)
    assert (application.state, application.position) == ("working", 1)
    other = Team.objects.get(name="finance-data")
    catalog.register(name="gate-api", kind="api", team=other, by=folder.by, now=NOW)

    application = folder.work(application)

    assert application.state == "stopped"
    assert application.message == (
        "Component gate-api: It changed since the plan. Look at a new plan, then apply that."
    )
    states = [(step.name, step.state) for step in queries.steps(application)]
    assert states == [("harbour", "done"), ("gate-api", "refused")]
    folder.apply()
    assert folder.plan().steps == ()
    gate = Component.objects.select_related("team").get(name="gate-api")
    assert (gate.team.name, gate.tier) == ("airline-data", 2)


def test_asked_twice_it_is_one_application(folder: Folder) -> None:
    digest = folder.plan().digest
    assert folder.begin(digest=digest) == folder.begin(digest=digest)


def test_what_was_begun_and_not_ended_is_left_behind_by_the_next(folder: Folder) -> None:
    first = folder.work(folder.begin(), most=1)
    folder.apply()

    first.refresh_from_db()
    assert first.state == "left"
    assert not ApplicationStep.objects.exclude(text="").exists(), "its documents are not kept"
    entry = Entry.objects.get(verb="manifest.apply", after__state="left")
    assert (entry.thing_id, entry.after["done"]) == (str(first.pk), 1)


def test_nobody_ends_what_another_person_applies_until_it_stands_still(
    folder: Folder, people: dict[str, User]
) -> None:
    first = folder.begin()
    folder.by, folder.files = people["ines"], {"components.yaml": GATE}
    with pytest.raises(Moved, match=r"Priya Raman applies files of .* since 14:00 UTC"):
        folder.begin()
    folder.begin(now=NOW + timedelta(minutes=6))
    first.refresh_from_db()
    assert first.state == "left"


@pytest.mark.django_db(transaction=True)
def test_begun_twice_in_the_same_instant_it_is_one_application(folder: Folder) -> None:
    digest = folder.plan().digest

    def begin() -> Application:
        try:
            return folder.begin(digest=digest)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            first = folder.begin(digest=digest)
            second = other.submit(begin)
            while not second.done() and not somebody_waits():
                sleep(0.01)
        assert second.result(timeout=60) == first


def test_what_does_not_end_within_a_day_is_left_behind_with_its_documents(folder: Folder) -> None:
    first = folder.work(folder.begin(), most=1)
    assert operations.leave_behind(now=NOW + timedelta(hours=23)) == 0
    assert operations.leave_behind(now=NOW + timedelta(hours=25)) == 1
    first.refresh_from_db()
    assert (first.state, first.position) == ("left", 1)
    assert not ApplicationStep.objects.exclude(text="").exists()


@pytest.mark.parametrize("action", ["keep", "remove"])
def test_a_step_is_refused_where_other_files_keep_the_thing_since_the_plan(
    folder: Folder, action: str
) -> None:
    """Neither what is there already nor what is in no file any more is taken from others."""
    folder.apply()
    if action == "keep":
        operations.let_go(kind="Team", name="harbour", by=folder.by, now=NOW)
        operations.let_go(kind="Component", name="gate-api", by=folder.by, now=NOW)
    else:
        folder.files = {}
    application = folder.begin(prune=True)
    other = Folder(folder.by, {"teams.yaml": TEAM, "components.yaml": GATE}, "another/portal")
    other.apply(take_over=True)

    application = folder.work(application)
    assert application.message.endswith(
        "Since the plan it is kept in another/portal, file components.yaml. Look at a new plan."
        if action == "remove"
        else "Since the plan it is kept in another/portal, file teams.yaml. Look at a new plan."
    )
    assert set(Kept.objects.values_list("source", flat=True)) == {"another/portal"}


def test_each_step_asks_again_whether_one_may(folder: Folder, people: dict[str, User]) -> None:
    """Also where nothing would become otherwise: the thing is another team's by now."""
    folder.apply()
    operations.let_go(kind="Component", name="gate-api", by=folder.by, now=NOW)
    folder.by, folder.files = people["ines"], {"components.yaml": GATE}
    application = folder.begin()
    catalog.hand_over(
        component=Component.objects.get(name="gate-api"),
        to=Team.objects.get(name="finance-data"),
        by=people["priya"],
        now=NOW,
        reason="They run it.",
        confirm="gate-api",
    )

    application = folder.work(application)
    assert application.state == "stopped"
    assert "You may not keep things of this team in files" in application.message
    assert not Kept.objects.filter(name="gate-api").exists()


def test_only_whoever_began_it_goes_on(folder: Folder, people: dict[str, User]) -> None:
    application = folder.begin()
    folder.by = people["ines"]
    with pytest.raises(NotAllowed):
        folder.work(application)


def test_a_maintainer_keeps_their_own_teams_things_in_files(
    folder: Folder, people: dict[str, User]
) -> None:
    own = TEAM.replace("harbour", "airline-data").replace(
        "mira: developer", "tomas: maintainer, mira: viewer"
    )
    folder.by, folder.files = people["ines"], {"all.yaml": f"{own}---\n{GATE}"}
    folder.apply()

    assert folder.plan().steps == ()
    folder.by = people["hannah"]
    folder.files = {"all.yaml": GATE.replace("tier: 2", "tier: 1")}
    (step,) = folder.plan().steps
    (said,) = step.refusals
    assert said.startswith(
        "You may not change this component. Ines Costa, Tomas Novak of airline-data can"
    )


def test_somebody_without_a_team_to_maintain_applies_nothing(
    folder: Folder, people: dict[str, User]
) -> None:
    folder.by = people["jonas"]
    with pytest.raises(NotAllowed):
        folder.begin()


def test_a_thing_can_be_let_go_of(folder: Folder, people: dict[str, User]) -> None:
    folder.apply()
    operations.let_go(kind="Component", name="gate-api", by=people["ines"], now=NOW)

    assert not Kept.objects.filter(name="gate-api").exists()
    assert Entry.objects.filter(verb="manifest.let_go", thing="gate-api").exists()
    assert [step.action for step in folder.plan().steps] == ["keep"]


def test_what_another_repository_keeps_is_refused_until_it_is_taken_over(folder: Folder) -> None:
    folder.apply()
    folder.source = "https://git.example/air/portal"

    steps = folder.steps()
    assert f"It is kept in {SOURCE}, file teams.yaml" in steps["Team harbour"].refusals[0]
    folder.apply(take_over=True)
    assert folder.plan().steps == ()


def test_files_leave_alone_who_is_in_a_team_by_a_group(
    folder: Folder, people: dict[str, User]
) -> None:
    """Else an apply would take whom the next sign-in brings again, day after day."""
    folder.apply()
    by_group = {"role": Role.DEVELOPER, "source": Membership.Source.GROUP, "created_at": NOW}
    team = Team.objects.get(name="harbour")
    for name in ("hannah", "jonas"):
        Membership.objects.create(team=team, user=people[name], **by_group)
    assert folder.plan().steps == ()

    folder.files["teams.yaml"] = TEAM.replace("mira: developer", "hannah: developer")
    (step,) = folder.plan().steps
    assert [each.field for each in step.differences] == ["members.hannah", "members.mira"]
    folder.apply()
    sources = dict(team.memberships.values_list("user__username", "source"))
    assert sources == {"ines": "person", "hannah": "person", "jonas": "group"}
    assert "jonas" not in export()["teams.yaml"].partition("harbour")[2]
