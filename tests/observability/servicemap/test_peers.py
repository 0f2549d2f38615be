"""Who stands at the other end, by the names of the conventions of now and of before."""

from __future__ import annotations

from typing import Any

import pytest

from observability.servicemap import peers


@pytest.mark.parametrize(
    ("said", "node"),
    [
        (
            {"db.system.name": "postgresql", "db.namespace": "orders", "server.address": "db-1"},
            ("database", "postgresql orders at db-1"),
        ),
        (
            {"db.system": "postgresql", "db.name": "orders", "net.peer.name": "db-1"},
            ("database", "postgresql orders at db-1"),
        ),
        ({"db.system": "mssql"}, ("database", "microsoft.sql_server")),
        ({"db.system": "redis", "db.redis.database_index": 2}, ("database", "redis 2")),
        (
            {"messaging.system": "kafka", "messaging.destination.name": "Orders"},
            ("queue", "kafka orders"),
        ),
        ({"messaging.destination": "runs"}, ("queue", "runs")),
        ({"service.peer.name": "tax", "server.address": "10.0.0.7"}, ("host", "tax")),
        ({"peer.service": "tax"}, ("host", "tax")),
        ({"server.address": "api.stripe.com", "server.port": 443}, ("host", "api.stripe.com")),
        ({"net.peer.name": "api.stripe.com:443"}, ("host", "api.stripe.com")),
        ({"url.full": "https://api.stripe.com/v1/charges"}, ("host", "api.stripe.com")),
        ({"http.url": "http://[::1]:8080/"}, ("host", "::1")),
        ({"http.url": "http://[broken"}, None),
        ({"db.system": ["a", "list"]}, None),
        ({}, None),
    ],
)
def test_the_other_end_is_named(said: dict[str, Any], node: tuple[str, str] | None) -> None:
    assert peers.peer(said) == node


def test_a_queue_for_one_answer_is_no_node() -> None:
    reply = {"messaging.destination.name": "amq.gen-JzTY20BRgKO"}
    temporary = {"messaging.destination.name": "r-81", "messaging.destination.temporary": True}
    assert peers.queue(reply) is peers.queue(temporary) is None


def test_a_name_is_as_long_as_the_catalog_holds() -> None:
    found = peers.peer({"server.address": "a" * 300})
    assert found is not None
    assert len(found[1]) == peers.LONGEST
