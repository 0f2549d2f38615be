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
