"""How a door is tried, and what its answer says of who may."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from html import unescape
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
    if answer.streaming:  # what is taken along; it is refused before it begins
        return "in"
    if answer.status_code < 400:
        return "refused" if b"You may not see rows" in answer.content else "in"
    is_refused = answer.status_code == 403 or b"You may not" in answer.content
    if is_refused or answer.status_code == 404:  # 404: nor may they know that it exists
        return "refused"
    return "bug" if answer.status_code == 500 else "otherwise"


def unhelpful(answer: HttpResponse, helpers: Iterable[str]) -> str:
    """What a refusal says that names nobody who can: none of these people, no role; else ""."""
    if answer.status_code == 404:  # it is not even there
        return ""
    said = _said(answer)
    names = ("platform role", "aintainers of ", "aintainer of ", *helpers)
    for sentence in re.split(r"(?<=[.!?])\s+", said):
        if re.search(r"\bcan\b", sentence) and any(name in sentence for name in names):
            return ""
    return said[-400:]


def _said(answer: HttpResponse) -> str:
    """The words of a problem, or of the main part of a page."""
    text = answer.content.decode()
    if "json" in answer.headers.get("Content-Type", ""):
        return str(json.loads(text)["detail"])
    main = re.search(r"<main.*?</main>", text, re.DOTALL)
    return unescape(re.sub(r"<[^>]*>", " ", main[0] if main else text))


def words(answer: HttpResponse) -> str:
    return answer.content.decode()[:300] if answer.status_code >= 400 else ""
