"""The OpenAPI document: complete, valid, and honest about refusals."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """Made without a warning: every address has its names, types and answers."""
    written = StringIO()
    call_command(
        "spectacular", "--fail-on-warn", "--validate", format="openapi-json", stdout=written
    )
    return json.loads(written.getvalue())


def test_it_is_the_version_that_is_promised(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")


def test_every_operation_says_what_a_refusal_looks_like(document: dict[str, Any]) -> None:
    operations = [
        operation
        for path in document["paths"].values()
        for method, operation in path.items()
        if method != "parameters"
    ]
    assert operations
    assert all("default" in operation["responses"] for operation in operations)


def test_programs_send_a_token(document: dict[str, Any]) -> None:
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    whoami = document["paths"]["/api/v1/whoami/"]["get"]
    assert {"token": []} in whoami["security"]


def test_a_secret_is_in_one_answer_only(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"].items()
    having = {name for name, schema in schemas if "secret" in schema.get("properties", {})}
    assert {"TokenMade", "EventSourceMade"} <= having
    assert all(name.endswith(("Request", "Made")) for name in having)


def test_a_body_has_no_other_fields_than_those_that_are_told(document: dict[str, Any]) -> None:
    run = document["components"]["schemas"]["RunInRequest"]
    assert run["additionalProperties"] is False
    assert run["properties"]["parameters"]["additionalProperties"] == {}


def test_null_is_said_in_the_words_of_its_version(document: dict[str, Any]) -> None:
    runs = document["components"]["schemas"]["PaginatedRunOutList"]["properties"]
    assert runs["next"]["type"] == runs["previous"]["type"] == ["string", "null"]
    assert '"nullable": true' not in json.dumps(document)


def test_a_key_is_offered_where_something_is_done(document: dict[str, Any]) -> None:
    def said(path: str) -> str:
        parameters = document["paths"][f"/api/v1/{path}"]["post"]["parameters"]
        return next(one["description"] for one in parameters if one["name"] == "Idempotency-Key")

    assert said("deployments/").startswith("Do this once")
    for path in ("deployments/plan/", "drafts/validate/", "catalog/validate/", "manifests/plan/"):
        assert said(path).startswith("Is not read here"), path
