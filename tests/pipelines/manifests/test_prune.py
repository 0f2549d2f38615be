"""What files made and say no more goes on demand only; what can't go says why, and is let go of."""

from __future__ import annotations

from pathlib import Path

from pipelines.connections import operations as connections
from pipelines.connections.models import Binding, Client, Destination
from portal.accounts.models import Grant, Token
from portal.golden_paths import shipped
from portal.golden_paths.models import GoldenPath
from portal.manifests.models import Kept
from tests.conftest import NOW
from tests.pipelines.factories import House
from tests.portal.manifests.folder import Folder


def documents(place: Path) -> dict[str, str]:
    beginning = "apiVersion: slipway/v1\nkind: "
    return {
        "client.yaml": "---\n".join(
            f"{beginning}{one}\n"
            for one in (
                "Client\nmetadata: {name: globex, team: airline-data}",
                (
                    "Destination\nmetadata: {name: globex-drop, team: airline-data}\n"
                    "spec: {kind: directory, client: globex}"
                ),
                "Grant\nmetadata: {name: finance-data/use/client/globex}",
                (
                    "Binding\nmetadata: {name: destination/globex-drop/staging}\n"
                    f"spec: {{address: {place}}}"
                ),
            )
        )
    }


def test_nothing_goes_without_being_asked(folder: Folder, house: House) -> None:
    folder.files = documents(house.folder / "globex")
    assert folder.apply().message == ""
    folder.files = {}

    plan = folder.plan()
    assert plan.steps == ()
    assert ("Client", "globex") in plan.stray


def test_all_of_it_goes_in_the_order_in_which_it_can(folder: Folder, house: House) -> None:
    folder.files = documents(house.folder / "globex")
    folder.apply()
    folder.files = {}

    steps = folder.plan(prune=True).steps
    assert [(step.action, step.kind) for step in steps] == [
        ("remove", "Binding"),
        ("remove", "Grant"),
        ("remove", "Destination"),
        ("remove", "Client"),
    ]
    assert folder.apply(prune=True).message == ""
    assert not Client.objects.filter(name="globex").exists()
    assert not Grant.objects.filter(name="globex").exists()
    assert not Kept.objects.exists()


def test_a_token_that_may_take_nothing_away_is_told_so_by_the_plan(
    folder: Folder, house: House
) -> None:
    """`write` is enough to keep things in files, and not to remove them."""
    folder.files = documents(house.folder / "globex")
    folder.apply()
    folder.by, folder.files = house.owner, {}
    folder.by.token = Token(scopes=["read", "write"])

    refusals = {step.kind: step.refusals for step in folder.plan(prune=True).steps}
    assert set(refusals) == {"Binding", "Grant", "Destination", "Client"}
    for kind, (refusal,) in refusals.items():
        assert "no scope “manage”" in refusal, kind


def test_what_no_file_made_stays(folder: Folder, house: House) -> None:
    folder.files = documents(house.folder / "globex")
    folder.apply()
    folder.files = {}
    folder.apply(prune=True)
    assert Destination.objects.filter(name="acme-drop").exists()
    assert Binding.objects.filter(destination__name="acme-drop").exists()


def test_what_others_use_stays_and_is_kept_in_no_file_any_more(
    folder: Folder, house: House
) -> None:
    folder.files = documents(house.folder / "globex")
    folder.apply()
    connections.create_destination(
        name="other", kind="directory", client=Client.objects.get(name="globex"), team=house.team,
        by=house.owner, now=NOW,
    )  # fmt: skip
    folder.files = {}

    last = folder.plan(prune=True).steps[-1]
    assert (last.action, last.words) == (
        "leave",
        (
            "Client globex stays, and is kept in no file any more. It can't go: it takes data at "
            "other."
        ),
    )
    folder.apply(prune=True)
    assert Client.objects.filter(name="globex").exists()
    assert folder.plan(prune=True).steps == ()


def test_a_golden_path_leaves_the_shelf_and_comes_back(folder: Folder, house: House) -> None:
    path = {"path.yaml": shipped.files()[0]}
    folder.files = path
    assert folder.apply().message == ""
    name = Kept.objects.get().name
    folder.files = {}
    folder.apply(prune=True)
    assert not GoldenPath.objects.get(name=name).is_offered

    folder.files = path
    (step,) = folder.plan().steps
    assert [(each.field, each.after) for each in step.differences] == [("is_offered", True)]
    folder.apply()
    assert GoldenPath.objects.get(name=name).is_offered
