"""Spans as they come out of a store."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from observability.traces.stores.base import Found
from tests.conftest import NOW

TRACE = "5b8efff798038103d269b633813fc60c"
MILLION = 1_000_000


def found(name: str, begin: float, took: float, parent: str = "", **given: Any) -> Found:
    """A span called `name`, which is its identity, too; milliseconds after NOW."""
    return Found(
        **{
            "at": NOW + timedelta(milliseconds=begin),
            "duration": int(took * MILLION),
            "trace_id": TRACE,
            "span_id": name,
            "parent_id": parent,
            "component": "checkout",
            "environment": "staging",
            "version": "1",
            "name": name,
            "kind": 1,
            "is_error": False,
            "message": "",
            "attributes": {},
            "events": [],
            "links": [],
            "run_id": "",
            "deployment_id": "",
            **given,
        }
    )
