"""Whatever JSON stands in whichever field: it is read, or refused in words; it is never a bug."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from observability.events.bodies import Unreadable
from observability.events.kinds import KINDS
from observability.events.kinds.base import Envelope
from observability.events.reports import Incident, Read, Report, clock
from tests.conftest import NOW

AT = NOW.isoformat()
COMMIT = {"sha": "a", "id": "a", "message": "Do it", "timestamp": AT, "authored_at": AT}
STAMP = int(NOW.timestamp() * 1000)
BUILD = {
    "number": 1,
    "phase": "FINALIZED",
    "status": "SUCCESS",
    "startTime": STAMP,
    "timestamp": STAMP,
    "duration": 5,
    "parameters": {"environment": "production"},
    "scm": {"commit": "a", "branch": "main", "url": "x"},
    "commits": [COMMIT],
}
LINK = {"linkType": "RELATION", "target": {"contextId": "d"}}
EVENT = {
    "context": {"timestamp": AT, "chainId": "c", "links": [LINK]},
    "subject": {
        "id": "checkout",
        "content": {
            "environment": {"id": "production"},
            "service": {"id": "checkout"},
            "artifactId": "pkg:oci/app@1",
            "description": "Odd",
            "pipelineName": "build",
            "outcome": "success",
            "repository": {"id": "acme/app"},
            "commit": "a",
        },
    },
    "customData": {"startedAt": AT, "commit": "a", "environment": "production"},
}
SYNC = {
    "application": "app",
    "phase": "Succeeded",
    "startedAt": AT,
    "finishedAt": AT,
    "revision": "a",
    "commit": {"message": "Do it", "date": AT},
    "health": "Degraded",
    "at": AT,
}
STATUS = {
    "deployment_status": {"state": "success", "created_at": AT},
    "deployment": {"id": 1, "sha": "a", "environment": "production", "created_at": AT},
    "repository": {"full_name": "acme/app"},
}
RUN = {
    "action": "completed",
    "workflow_run": {
        "id": 1,
        "conclusion": "success",
        "updated_at": AT,
        "run_started_at": AT,
        "head_sha": "a",
        "head_commit": COMMIT,
        "head_branch": "main",
        "run_attempt": 1,
    },
    "repository": {"full_name": "acme/app"},
}
PUSH = {"commits": [COMMIT], "repository": {"full_name": "acme/app"}}
CDEVENTS = ("service.deployed", "incident.detected", "pipelinerun.finished", "change.merged")
SENT = [
    ("jenkins", "build.finalized", {"name": "app", "build": BUILD}),
    ("argo_cd", "sync.succeeded", SYNC),
    ("github", "deployment_status", STATUS),
    ("github", "workflow_run", RUN),
    ("github", "push", PUSH),
    *(("cdevents", f"dev.cdevents.{name}.0.3.0", EVENT) for name in CDEVENTS),
]
SCALARS = some.one_of(
    some.none(),
    some.booleans(),
    some.integers(-(10**20), 10**20),
    some.floats(allow_nan=False, allow_infinity=False),
    some.text(max_size=8),
    some.datetimes().map(datetime.isoformat),
    some.text("x", min_size=150, max_size=250),
)
JSON = some.recursive(
    SCALARS,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=4), inner),
    max_leaves=4,
)
Setting = Callable[[Any], Any]


def fields(body: Any) -> Iterator[Setting]:
    """What puts a value into each place of a body."""
    rows = body.items() if isinstance(body, dict) else enumerate(body)
    for key, inner in rows:

        def put(value: Any, key: Any = key) -> Any:
            made = body.copy()
            made[key] = value
            return made

        yield put
        if isinstance(inner, dict | list):
            for deeper in fields(inner):
                yield lambda value, put=put, deeper=deeper: put(deeper(value))


def held(read: Read) -> None:
    """What the columns take, and what is reckoned with it."""
    clock(read.said_at, datetime.now(UTC))
    if isinstance(read, Report | Incident):
        assert max(map(len, (read.key, read.subject, read.place))) <= 200


@pytest.mark.parametrize(("kind", "type_", "body"), SENT, ids=[each[1] for each in SENT])
@settings(deadline=None, max_examples=40)
@given(value=JSON)
@example(value=[])
@example(value={})
@example(value=10**18)
@example(value="x" * 250)
def test_any_value_in_any_field_is_answered(
    kind: str, type_: str, body: dict[str, Any], value: Any
) -> None:
    whole = Envelope("1", type_, body)
    held(KINDS[kind].read(whole, NOW))
    for put in fields(body):
        envelope = replace(whole, body=json.loads(json.dumps(put(value))))
        with suppress(Unreadable):
            held(KINDS[kind].read(envelope, NOW))
