"""Requests that the schema allows, and requests that are nearly right, at every operation."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote, urlencode

import requests
import schemathesis
from django.http import HttpResponseBase, StreamingHttpResponse
from django.test import Client
from hypothesis import strategies as st
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from portal import schema
from tests.test_permissions import TABLE
from tests.whole_house import Whole

CASES = int(os.environ.get("SLIPWAY_TEST_FUZZ", "2"))  # of each operation
CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
HOST = "http://testserver"
# Parts of an address that have a slash in them, which is never made up
SLASHED = {"ref": "component:default/nothing"}
PARAMETER = re.compile(r"\{\w+\}")

# What a value is not expected to be: each of these has broken some program
ODD_NUMBERS = None, True, 0, -1, 2**31, 2**63, 2**70, 1.5, 1e308
ODD_SHAPES: tuple[Any, ...] = [], {}, [[]], [None], {"a": {"b": []}}
ODD_TEXTS = "", " ", "\0", "a\0b", "\ud800", "\u202e", "é" * 300, "a" * 10_000, "\r\nX-A: b", "%00"
ODD_MEANINGS = (
    *("null", "-", "../../etc/passwd", "'; --", "<b>", "{{ 7 * 7 }}", "${{ env.HOME }}"),
    *("*/0 * * * *", "2026-13-45", "0000-00-00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"),
    *("P1D", "NaN", "00000000-0000-0000-0000-000000000000", "production", "airline-data", "hannah"),
)
ODD = st.sampled_from([*ODD_NUMBERS, *ODD_SHAPES, *ODD_TEXTS, *ODD_MEANINGS])


@dataclass(frozen=True)
class Ask:
    """One request; `body` is sent as it is, None sends none."""

    method: str
    path: str
    body: bytes | None
    content_type: str
    case: schemathesis.Case

    def __str__(self) -> str:
        said = f" {self.body[:400]!r}" if self.body is not None else ""
        return f"{self.method} {self.path}{said}"


def operations() -> Iterator[schemathesis.APIOperation]:
    for found in schemathesis.openapi.from_dict(schema.document()).get_all_operations():
        yield found.ok()


def asks(operation: schemathesis.APIOperation, whole: Whole) -> st.SearchStrategy[Ask]:
    """By the schema, or as the table of permissions does it with one thing changed."""
    door = _door(operation)
    table = TABLE[door][1] if door else None
    known = table(whole) if table else {}
    slashed = {name: value for name, value in SLASHED.items() if f"{{{name}}}" in operation.path}

    @st.composite
    def ask(draw: st.DrawFn) -> Ask:
        case = draw(operation.as_strategy(path_parameters=slashed))
        address = whole.address(door.partition(" ")[2]) if door else ""
        if not address or draw(st.integers(0, 5)) == 0:
            address = quote(case.formatted_path, safe="/%~")
        given = _query(case, draw)
        body = case.body if _has_body(case) else {}
        if operation.method == "GET":
            given = {**{k: str(v) for k, v in known.items()}, **given} if known else given
        elif known and draw(st.booleans()):
            body = _with_something_odd(known, draw)
        path = f"{address}?{urlencode(given, doseq=True, errors='replace')}" if given else address
        return Ask(operation.method.upper(), path, *_sent(operation, body), case)

    return ask()


def flaws(ask: Ask, answer: HttpResponseBase) -> Iterator[str]:
    """What of the answer is not as the schema says."""
    content = _content(answer)
    if answer.status_code >= 500 and answer.status_code != 503:
        yield f"{answer.status_code} {content[:300]!r}"
        return
    try:
        ask.case.validate_response(_as_schemathesis(ask, answer, content), checks=CHECKS)
    except BaseExceptionGroup as group:
        for flaw in group.exceptions:
            yield f"{answer.status_code} {type(flaw).__name__}: {str(flaw)[:600]}"


def send(client: Client, ask: Ask) -> HttpResponseBase:
    if ask.body is None:
        return client.generic(ask.method, ask.path)
    return client.generic(ask.method, ask.path, ask.body, content_type=ask.content_type)


def _door(operation: schemathesis.APIOperation) -> str:
    """Its row in the table of permissions: the same address, whatever the parameters are called."""
    wanted = f"{operation.method.upper()} {PARAMETER.sub('{}', operation.path)}"
    return next((door for door in TABLE if PARAMETER.sub("{}", door) == wanted), "")


def _has_body(case: schemathesis.Case) -> bool:
    return not isinstance(case.body, schemathesis.core.NotSet)


def _query(case: schemathesis.Case, draw: st.DrawFn) -> dict[str, Any]:
    """What the schema allows; and sometimes something odd for one of it."""
    given = dict(case.query or {})
    names = [one.name for one in case.operation.query]
    if names and draw(st.booleans()):
        given[draw(st.sampled_from(names))] = draw(ODD)
    return {key: _plain(value) for key, value in given.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _with_something_odd(known: dict[str, Any], draw: st.DrawFn) -> Any:
    body = json.loads(json.dumps(known, default=str))
    place, key = body, draw(st.sampled_from(sorted(body)))
    while isinstance(place[key], dict) and place[key] and draw(st.booleans()):
        place = place[key]
        key = draw(st.sampled_from(sorted(place)))
    if draw(st.integers(0, 4)) == 0:
        del place[key]
    else:
        place[key] = draw(ODD)
    return body


def _sent(operation: schemathesis.APIOperation, body: Any) -> tuple[bytes | None, str]:
    if operation.method in {"get", "delete"} and not body:
        return None, ""
    return json.dumps(body, default=str).encode(), "application/json"


def _content(answer: HttpResponseBase) -> bytes:
    if isinstance(answer, StreamingHttpResponse):
        return answer.getvalue()
    return cast("bytes", getattr(answer, "content", b""))


def _as_schemathesis(ask: Ask, answer: HttpResponseBase, content: bytes) -> Response:
    request = requests.Request(ask.method, HOST + ask.path, data=ask.body).prepare()
    headers = {name: [value] for name, value in answer.headers.items()}
    return Response(answer.status_code, headers, content, request, 0.0, verify=False)
