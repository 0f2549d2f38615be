"""The API's side of doing once: the key out of a header, the answer kept and given again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.encoding import escape_uri_path
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from portal import bodies
from portal.accounts.models import User
from portal.errors import Refused
from portal.idempotency import operations
from portal.idempotency.keys import HEADER, KEY_HINT, REPLAYED, Asked, digest, read
from portal.idempotency.models import KeptAnswer

KEPT = ("Cache-Control", "ETag")  # of an answer's headers: those that its handler said


class ShownOnce(Response):
    """An answer with a secret in its field `secret`: nobody caches it, and what is kept is null."""

    def __init__(self, data: dict[str, Any], *, status: int) -> None:
        super().__init__(data, status=status, headers={"Cache-Control": "no-store"})

    @property
    def to_keep(self) -> dict[str, Any]:
        return {**self.data, "secret": None}


def once(
    answer: Callable[[], Response], *, request: Request, by: User, now: datetime
) -> HttpResponse:
    """What `answer` says, or what it said before under the key of this request.

    `answer` returns a refusal rather than raising it: what it left, such as its entry in the audit,
    stays. What it raises is a bug, and undoes everything. A stream, as of the audit's entries, is
    as long as it gets: it is not kept, and made anew.
    """
    with operations.turn(asked=_asked(request, by), now=now) as turn:
        if turn.kept:
            return _again(turn.kept)
        response = answer()
        if response.status_code < 400 and not response.streaming:
            turn.keep(
                status=response.status_code,
                content=_rendered(response),
                headers={name: response.headers[name] for name in KEPT if name in response.headers},
            )
    return response


def _asked(request: Request, by: User) -> Asked:
    key = read(request.headers.get(HEADER, ""))
    if key is None:
        raise Refused(f"This {HEADER} can't be one: {KEY_HINT}.", field=HEADER)
    query = request.META.get("QUERY_STRING", "")
    said = digest(request.content_type or "", query, bodies.whole(request))
    return Asked(by.pk, str(request.method), escape_uri_path(request.path), key, said)


def _rendered(response: Response) -> bytes:
    data = response.to_keep if isinstance(response, ShownOnce) else response.data
    return b"" if data is None else bytes(JSONRenderer().render(data))


def _again(kept: KeptAnswer) -> HttpResponse:
    headers = {**kept.headers, REPLAYED: "true"}
    return HttpResponse(
        bytes(kept.content),
        status=kept.status,
        headers=headers,
        content_type="application/json" if kept.content else None,
    )
