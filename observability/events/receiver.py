"""The door for events from outside: no page, no person; each source proves itself in its own way.

It is answered after the commit. Whatever fits nothing is kept all the same, and answered with 200:
senders that are refused try again, and give up.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from observability.events import operations
from observability.events.bodies import MOST, Unreadable
from observability.events.kinds.base import Post
from observability.events.operations import Unproven


@csrf_exempt
@login_not_required
@require_POST
def receive(request: HttpRequest, name: str) -> HttpResponse:
    """Events of one source: `{"events": [{"id", "state", "words"}]}`."""
    now = timezone.now()
    try:
        post = _post(request)
        source = operations.admit(name=name, post=post, now=now)
        envelopes = operations.opened(source=source, post=post, now=now)
        became = operations.receive(source=source, envelopes=envelopes, now=now)
    except Unproven:
        return _said(401, "This is not signed as a source called so signs, or it is switched off.")
    except Unreadable as error:
        return _said(error.status, error.message)
    is_lost = bool(became) and all(each.state == "unreadable" for each in became)
    rows = [{"id": each.id, "state": each.state, "words": each.words} for each in became]
    return JsonResponse({"events": rows}, status=400 if is_lost else 200)


def _post(request: HttpRequest) -> Post:
    """Never more than the limit is read, whatever Content-Length says."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Unreadable("Send it as it is: packed bodies are not taken.", 415)
    data = request.read(MOST + 1)
    if len(data) > MOST:
        raise Unreadable(f"A body has at most {MOST // 1024:,} KiB.", 413)
    return Post({name.lower(): value for name, value in request.headers.items()}, data)


def _said(status: int, words: str) -> JsonResponse:
    return JsonResponse({"detail": words}, status=status)
