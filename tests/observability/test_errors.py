"""Reporting bugs: with the request's id, without secrets, and never what people were told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
from sentry_sdk.transport import Transport

from observability import errors
from portal import context
from portal.errors import Refused


@pytest.fixture
def reported() -> Iterator[list[dict[str, Any]]]:
    """Events that would have been sent."""
    events: list[dict[str, Any]] = []

    class Kept(Transport):
        def capture_envelope(self, envelope: Any) -> None:
            events.extend(item.payload.json for item in envelope.items if item.type == "event")

    before = sentry_sdk.get_global_scope().client
    errors.start("https://key@sentry.example/1", transport=Kept, default_integrations=False)
    yield events
    sentry_sdk.get_global_scope().set_client(before)


def test_a_bug_is_reported_with_the_ids_that_find_it(reported: list[dict[str, Any]]) -> None:
    token = context.request_id.set("from-the-proxy-5")
    with context.bind(run_id="run-7"):
        sentry_sdk.capture_exception(RuntimeError("asked with slw_" + "A" * 43))
    context.request_id.reset(token)
    (event,) = reported
    assert event["tags"] == {"run_id": "run-7", "request_id": "from-the-proxy-5"}
    assert "AAAA" not in json.dumps(event)
    assert event["exception"]["values"][0]["value"].startswith("asked with slw_")


def test_a_refusal_is_no_bug(reported: list[dict[str, Any]]) -> None:
    sentry_sdk.capture_exception(Refused("Not on a Friday."))
    assert reported == []
