"""The handbook's page of documents: every kind, with examples that are right."""

from __future__ import annotations

import re

from launch.places import ROOT
from portal.manifests import queries, reading
from portal.manifests.reading import File

PAGE = (ROOT / "docs" / "documents.md").read_text()
EXAMPLE = re.compile(r"^```yaml\n(apiVersion.*?)^```$", re.DOTALL | re.MULTILINE)


def test_its_examples_are_documents() -> None:
    files = [File(f"{number}.yaml", text) for number, text in enumerate(EXAMPLE.findall(PAGE))]
    found = reading.read(files)
    assert [one.as_detail() for one in found.findings] == []
    assert len(found.manifests) == 9


def test_it_names_every_kind_and_field() -> None:
    for kind in queries.kinds():
        assert re.search(rf"^## .*\b{kind.name}\b", PAGE, re.MULTILINE), kind.name
    for word in ("prune", "sunset_on", "approvals", "$schema="):
        assert word in PAGE


def test_the_schema_is_of_every_kind() -> None:
    schema = queries.schema("https://slipway.example")
    kinds = [kind.name for kind in queries.kinds()]
    assert schema["properties"]["kind"]["enum"] == kinds
    places = set(re.findall(r'"#/\$defs/([^"]+)"', str(schema).replace("'", '"')))
    assert places <= schema["$defs"].keys(), "every reference leads somewhere"
    assert schema["$defs"]["Team"]["required"] == ["apiVersion", "kind", "metadata"]
