"""Over real HTTP, many at once: one delivery is one event, one deployment one change."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from observability.changes.models import Change, Link
from observability.events.kinds.github import signature
from observability.events.models import OutsideEvent
from portal.catalog.models import Component
from tests.observability.events.conftest import ago, status


@pytest.mark.django_db(transaction=True)
def test_what_comes_at_once_is_folded_one_after_the_other(
    checkout: Component, made: Callable, live_server: Any
) -> None:
    source, secret = made("github")
    created = {number: ago(90 - number * 20) for number in (1, 2, 3)}
    bodies = [
        status(state, ago(at - number * 20), number=number, sha=sha, created=created[number])
        for number, sha in ((1, "a" * 40), (2, "b" * 40), (3, "a" * 40))
        for state, at in (("success", 80), ("in_progress", 85), ("queued", 90))
    ]
    posts = [(f"delivery-{at}", body) for at, body in enumerate(bodies)] * 2

    def send(post: tuple[str, dict[str, Any]]) -> int:
        delivery, body = post
        data = json.dumps(body).encode()
        headers = {
            "Content-Type": "application/json",
            "X-GitHub-Event": "deployment_status",
            "X-GitHub-Delivery": delivery,
            "X-Hub-Signature-256": signature(secret, data),
        }
        address = f"{live_server.url}/events/{source.name}"
        return httpx.post(address, content=data, headers=headers, timeout=60).status_code

    with ThreadPoolExecutor(4) as senders:
        assert set(senders.map(send, posts)) == {200}
    assert OutsideEvent.objects.count() == 9
    rows = Change.objects.order_by("external_id").values_list("kind", "outcome")
    assert list(rows) == [
        ("deployment", "succeeded"),
        ("deployment", "succeeded"),
        ("rollback", "succeeded"),
    ]
    assert Link.objects.get().other.external_id == "acme/checkout#2"
