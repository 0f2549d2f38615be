"""What is wrong with files is told at once, each with its file, line and column, and what next."""

from __future__ import annotations

import pytest

from pipelines.connections import operations as connections
from portal.accounts.models import Team, User
from portal.errors import Refused
from tests.conftest import NOW
from tests.pipelines.factories import House
from tests.portal.manifests.folder import Folder

WRONG = {
    "a.yaml": """\
apiVersion: slipway/v1
kind: Conection
metadata: {name: one}
---
apiVersion: slipway/v1
kind: Client
metadata: {name: Globex, team: airline-dat}
---
apiVersion: slipway/v1
kind: Component
metadata: {name: gate, team: airline-dat}
spec: {kind: api, tier: 7, lifecicle: production}
""",
    "b.yaml": """\
apiVersion: slipway/v1
kind: Destination
metadata: {name: drop, team: airline-data}
spec: {kind: directory, client: acme-travl}
---
apiVersion: slipway/v1
kind: Team
metadata: {name: harbour}
spec: {members: {nobody: viewer}}
""",
    "c.yaml": "kind: [\n",
    "d.yaml": """\
apiVersion: slipway/v1
kind: Team
metadata: {name: harbour}
---
apiVersion: slipway/v1
kind: Transformation
metadata: {name: carriers, team: airline-data}
spec:
  inputs: {flights: {connection: nyc-files, path: flights.parquet}}
  sql: |
    SELECT carrier FORM flights
""",
}


def told(folder: Folder) -> list[tuple[object, object, object, str]]:
    with pytest.raises(Refused) as refused:
        folder.plan()
    return [
        (one["file"], one["line"], one["column"], str(one["message"]))
        for one in refused.value.details
    ]


def test_everything_is_told_at_once_with_its_place(folder: Folder, house: House) -> None:
    folder.files = WRONG
    found = told(folder)

    places = [one[:3] for one in found]
    assert places == [
        ("a.yaml", 2, 7),
        ("a.yaml", 7, 18),
        ("a.yaml", 12, 25),
        ("a.yaml", 12, 28),
        ("b.yaml", 4, 33),
        ("b.yaml", 9, 18),
        ("c.yaml", 2, 1),
        ("d.yaml", 3, 18),
        ("d.yaml", 11, 25),
    ]
    words = [one[3] for one in found]
    assert "Did you mean Connection?" in words[0]
    assert "can't be a name" in words[1]
    assert words[2] == "spec.tier is 7, but must be at most 4."
    assert "Did you mean lifecycle?" in words[3]
    assert words[4] == (
        "There is no client called “acme-travl”, and no document makes it. Did you mean "
        "acme-travel?"
    )
    assert words[5].startswith("There is nobody called “nobody”")
    assert words[7].startswith("Team harbour stands in b.yaml, line 6, already.")


def test_a_team_without_a_grant_is_told_which_document_lacks(folder: Folder, house: House) -> None:
    folder.files = {"d.yaml": WRONG["d.yaml"].partition("---\n")[2].replace("FORM", "FROM").replace(
        "team: airline-data", "team: finance-data"
    )}  # fmt: skip
    (step,) = folder.plan().steps
    assert step.refusals == (
        (
            "finance-data may not query nyc-files. Add a document: kind: Grant, name: "
            "finance-data/use/connection/nyc-files."
        ),
    )


def test_folders_that_would_be_in_each_other_are_told_before(folder: Folder, house: House) -> None:
    """Beside what is bound already, and beside what other documents would bind."""
    drop = house.folder / "drop"
    beginning = "apiVersion: slipway/v1\nkind: "
    folder.files = {
        "drops.yaml": "---\n".join(
            f"{beginning}Destination\nmetadata: {{name: {name}, team: {team}}}\n"
            "spec: {kind: directory, client: acme-travel}\n"
            f"---\n{beginning}Binding\nmetadata: {{name: destination/{name}/staging}}\n"
            f"spec: {{address: {place}}}\n"
            for name, team, place in (
                ("one", "airline-data", drop / "one"),
                ("two", "airline-data", house.folder / "two"),
                ("three", "airline-data", house.folder / "two" / "three"),
                ("four", "finance-data", drop / "four"),
                ("five", "airline-data", house.folder / "five"),
            )
        )
    }
    steps = folder.steps()
    refused = {name: steps[f"Binding destination/{name}/staging"].refusals for name in (
        "one", "two", "three", "four", "five"
    )}  # fmt: skip
    assert "which is acme-drop in staging" in refused["one"][0]
    assert "which is three in staging" in refused["two"][0]
    assert "which is two in staging" in refused["three"][0]
    assert "belongs to acme-drop of airline-data" in refused["four"][0]
    assert refused["five"] == ()


STRANGE_PLACE = """\
apiVersion: slipway/v1
kind: Destination
metadata: {name: their-drop, team: finance-data}
spec: {kind: directory, client: acme-travel}
"""


def test_a_place_of_a_client_of_others_is_refused_beforehand(
    house: House, people: dict[str, User]
) -> None:
    (step,) = Folder(people["hannah"], {"d.yaml": STRANGE_PLACE}).plan().steps
    assert step.refusals == ("finance-data has no grant to use the client acme-travel.",)


def test_who_has_the_use_of_a_client_keeps_places_of_it_in_files(
    house: House, people: dict[str, User], finance_data: Team
) -> None:
    connections.give(thing=house.client, team=finance_data, use="use", by=people["priya"], now=NOW)
    (step,) = Folder(people["hannah"], {"d.yaml": STRANGE_PLACE}).plan().steps
    assert step.refusals == ()
