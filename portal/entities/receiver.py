"""The door for webhooks of repositories: no page, no person; each shows it knows the secret."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal.entities import operations

MOST = 1024 * 1024  # bytes of a webhook


@csrf_exempt
@login_not_required
@require_POST
def receive(request: HttpRequest, name: str) -> JsonResponse:
    """A push to the repository of a source: `{"state", "words"}`."""
    body = request.read(MOST + 1)
    if len(body) > MOST:
        return JsonResponse({"detail": "A body has at most 1,024 KiB."}, status=413)
    headers = {field.lower(): value for field, value in request.headers.items()}
    try:
        heard = operations.hear(name=name, headers=headers, body=body, now=timezone.now())
    except operations.Unproven:
        words = "This is not signed as a source called so signs, or it is switched off."
        return JsonResponse({"detail": words}, status=401)
    return JsonResponse({"state": heard.state, "words": heard.words})
