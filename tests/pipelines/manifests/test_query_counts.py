"""A plan asks the database as often for many documents as for few."""

from __future__ import annotations

from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import Team
from portal.catalog.models import Component
from tests.conftest import NOW
from tests.pipelines.factories import House
from tests.portal.manifests.folder import Folder

BEGINNING = "apiVersion: slipway/v1\nkind: "
MOST = 45  # for ten kinds at once
THOUSAND = 1_000


def documents(count: int, place: Path) -> dict[str, str]:
    """So many of each kind, each of them using others."""
    found = []
    for number in range(count):
        found += [
            f"Team\nmetadata: {{name: team-{number}}}\nspec: {{members: {{ines: maintainer}}}}",
            f"Environment\nmetadata: {{name: place-{number}}}\nspec: {{order: {100 + number}}}",
            (
                f"Connection\nmetadata: {{name: source-{number}, team: team-{number}}}\n"
                "spec: {kind: postgres}"
            ),
            f"Client\nmetadata: {{name: client-{number}, team: team-{number}}}",
            (
                f"Destination\nmetadata: {{name: drop-{number}, team: team-{number}}}\n"
                f"spec: {{kind: directory, client: client-{number}}}"
            ),
            f"Grant\nmetadata: {{name: team-{number}/use/connection/source-{number}}}",
            (
                f"Binding\nmetadata: {{name: destination/drop-{number}/place-{number}}}\n"
                f"spec: {{address: {place / str(number)}}}"
            ),
            (
                f"Transformation\nmetadata: {{name: query-{number}, team: team-{number}}}\n"
                f"spec: {{inputs: {{a: {{connection: source-{number}, table: public.a}}}}, "
                "sql: SELECT * FROM a}"
            ),
            (
                f"Component\nmetadata: {{name: api-{number}, team: team-{number}}}\n"
                "spec: {kind: api}"
            ),
        ]
    return {"all.yaml": "---\n".join(f"{BEGINNING}{one}\n" for one in found)}


def counted(folder: Folder, **more: bool) -> int:
    with CaptureQueriesContext(connection) as seen:
        folder.plan(**more)
    return len(seen)


def test_queries_do_not_grow_with_the_documents(folder: Folder, house: House) -> None:
    folder.files = documents(2, house.folder)
    few = counted(folder)
    assert few <= MOST
    folder.files = documents(12, house.folder)
    assert counted(folder) == few

    assert folder.apply().message == ""
    many = counted(folder)
    folder.files = documents(2, house.folder)
    assert counted(folder) == many, "nor with what is there"
    pruned = counted(folder, prune=True)
    folder.files = documents(10, house.folder)
    assert counted(folder, prune=True) == pruned, "nor with what would be taken away"


def apis(count: int) -> dict[str, str]:
    """So many components, in ten files."""
    files: dict[str, str] = {}
    for number in range(count):
        text = (
            f"Component\nmetadata: {{name: api-{number}, team: airline-data}}\nspec: {{kind: api}}"
        )
        path = f"{number % 10}.yaml"
        files[path] = files.get(path, "") + f"---\n{BEGINNING}{text}\n"
    return files


def test_a_plan_of_a_thousand_things_asks_no_more_than_one_of_ten(
    folder: Folder, airline_data: Team
) -> None:
    folder.files = apis(10)
    few = counted(folder)
    folder.files = apis(THOUSAND)
    assert len(folder.plan().steps) == THOUSAND
    assert counted(folder) == few <= MOST

    names = [f"api-{number}" for number in range(THOUSAND)]
    Component.objects.bulk_create(
        Component(name=name, team=airline_data, kind="api", tier=1, created_at=NOW)
        for name in names
    )
    assert {step.action for step in folder.plan().steps} == {"keep"}
    many = counted(folder)
    folder.files = apis(10)
    assert counted(folder) == many <= MOST, "nor where a thousand are there already"
