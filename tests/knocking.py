"""How a door is tried, and what its answer says of who may."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.whole_house import Whole

Body = Callable[[Whole], dict[str, Any]]


def knock(client: Client, door: str, whole: Whole, body: Body | None) -> HttpResponse:
    method, _, path = door.partition(" ")
    given = body(whole) if body else {}
    if path.startswith("/api/") and method != "GET":
        return client.generic(
            method, whole.address(path), json.dumps(given), content_type="application/json"
        )
    return getattr(client, method.lower())(whole.address(path), given)


def verdict(answer: HttpResponse) -> str:
    if answer.status_code == 401 or answer.headers.get("Location", "").startswith("/sign-in"):
        return "sign-in"
    if answer.status_code < 400:
        return "refused" if b"You may not see rows" in answer.content else "in"
    is_refused = answer.status_code == 403 or b"You may not" in answer.content
    if is_refused or answer.status_code == 404:  # 404: nor may they know that it exists
        return "refused"
    return "bug" if answer.status_code == 500 else "otherwise"


def words(answer: HttpResponse) -> str:
    return answer.content.decode()[:300] if answer.status_code >= 400 else ""
