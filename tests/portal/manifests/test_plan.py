"""A plan says what files would change, in words and field by field, and does nothing."""

from __future__ import annotations

from portal.accounts.models import Team, User
from portal.catalog import operations as catalog
from portal.catalog.models import Component
from portal.claims import operations as claims
from portal.manifests.kinds.base import Difference
from tests.conftest import NOW
from tests.portal.manifests.conftest import GATE
from tests.portal.manifests.folder import Folder


def test_what_is_not_there_would_be_created_with_each_field(folder: Folder) -> None:
    plan = folder.plan()

    team, gate = plan.steps
    assert (team.action, team.kind, team.name) == ("create", "Team", "harbour")
    assert team.words == "Team harbour is created."
    assert team.differences == (
        Difference("title", None, "Harbour"),
        Difference("members.ines", None, "maintainer"),
        Difference("members.mira", None, "developer"),
    )
    assert (gate.file, gate.line, gate.team) == ("components.yaml", 1, "airline-data")
    assert not plan.refused
    assert not Team.objects.filter(name="harbour").exists(), "a plan does nothing"


def test_after_applying_there_is_nothing_to_do(folder: Folder) -> None:
    application = folder.apply()

    assert (application.state, application.message) == ("done", "")
    assert folder.plan().steps == ()
    assert folder.plan().unchanged == 2


def test_what_is_as_the_file_says_is_kept_there_from_now_on(
    folder: Folder, people: dict[str, User], airline_data: Team
) -> None:
    gate = catalog.register(
        name="gate-api", title="Gate", kind="api", tier=2, team=airline_data, by=folder.by, now=NOW
    )
    catalog.change(component=gate, by=folder.by, now=NOW, lifecycle="production")
    folder.files = {"components.yaml": GATE.replace("  links:", "  # links:")}

    (step,) = folder.plan().steps
    assert (step.action, step.differences) == ("keep", ())


def test_a_change_says_each_field_before_and_after(folder: Folder) -> None:
    folder.apply()
    folder.files["components.yaml"] = GATE.replace("tier: 2", "tier: 1")
    folder.files["teams.yaml"] = folder.files["teams.yaml"].replace("mira: dev", "tomas: dev")

    steps = folder.steps()

    assert steps["Component gate-api"].differences == (Difference("tier", 2, 1),)
    assert steps["Team harbour"].differences == (
        Difference("members.mira", "developer", None),
        Difference("members.tomas", None, "developer"),
    )


def test_what_somebody_changed_on_a_page_is_told_as_drift(folder: Folder) -> None:
    folder.apply()
    gate = Component.objects.get(name="gate-api")
    catalog.change(component=gate, by=folder.by, now=NOW, tier=4, description="The gates.")

    (step,) = folder.plan().steps

    # The description is in no file, so the page has it
    assert step.differences == (Difference("tier", 4, 2, is_drift=True),)


def test_a_file_that_moves_is_told(folder: Folder) -> None:
    folder.apply()
    folder.files = {f"all/{path}": text for path, text in folder.files.items()}

    assert {step.action for step in folder.plan().steps} == {"keep"}
    folder.apply()
    assert folder.plan().steps == ()


def test_the_digest_is_of_what_would_be_done(folder: Folder) -> None:
    before = folder.plan().digest
    assert folder.plan().digest == before
    folder.files["components.yaml"] = GATE.replace("tier: 2", "tier: 1")
    assert folder.plan().digest != before


def test_what_was_seen_and_nobody_answers_for_is_claimed_first(folder: Folder) -> None:
    claims.observe(names=["gate-api"], now=NOW)
    assert folder.steps()["Component gate-api"].refusals == (
        "gate-api was seen already and nobody answers for it: claim it for airline-data.",
    )
