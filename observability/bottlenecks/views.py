"""What is slow: one page for everybody, with a part for those who run the portal."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from observability.bottlenecks import queries
from observability.bottlenecks.base import MOST
from observability.health import pages, windows
from observability.instrumentation import wishes
from observability.traces.stores.base import OURS
from portal.accounts.middleware import SignedInRequest
from portal.accounts.models import Team
from portal.errors import Refused


@require_safe
def page(request: SignedInRequest) -> HttpResponse:
    """Slow transformations and what waits; the portal's own is a panel of its own."""
    window = windows.read(request.GET, timezone.now())
    team = request.GET.get("team", "").strip()
    shown: dict[str, Any] = {
        "work": queries.work(window, team),
        "window": window,
        "team": team,
        "teams": Team.objects.order_by("name").values_list("name", flat=True),
        "presets": [(key, words) for key, (words, _) in windows.PRESETS.items()],
        "asked": urlencode(window.asked),
        "most": MOST,
    }
    return render(request, "observability/bottlenecks/page.html", shown)


@require_safe
def portal(request: SignedInRequest) -> HttpResponse:
    """The portal's own pages, tasks and statements."""
    window = windows.read(request.GET, timezone.now())
    shown: dict[str, Any] = {"window": window, "slow_ms": wishes.read().slow_ms}
    try:
        found = queries.portal(window, request.user)
        shown |= {
            "statements": found.statements,
            "timed": [
                (title, name, [_linked(one, window) for one in rows])
                for title, name, rows in (
                    ("Slowest pages", "Page", found.pages),
                    ("Slowest tasks", "Task", found.tasks),
                )
            ],
        }
    except Refused as refused:
        shown["refused"] = refused
    return render(request, "observability/bottlenecks/_portal.html", shown)


def _linked(one: queries.Timed, window: windows.Window) -> tuple[queries.Timed, str]:
    return one, pages.traces(OURS, "", window, operation=one.name)
