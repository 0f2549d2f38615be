"""A plan asks the database as often for many documents as for few."""

from __future__ import annotations

from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.pipelines.factories import House
from tests.portal.manifests.folder import Folder

BEGINNING = "apiVersion: slipway/v1\nkind: "
MOST = 45  # for ten kinds at once


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
