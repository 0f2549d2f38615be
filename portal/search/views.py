"""The page of the search: everything that fits, narrowed down by kind and team."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.accounts.middleware import SignedInRequest
from portal.facets import Choice, Facet, address, facet
from portal.search import direct, queries, words
from portal.search.things import Answer, Count


@require_safe
def search(request: SignedInRequest) -> HttpResponse:
    """What fits `?q=`, the best first, twenty a page."""
    given = {key: request.GET.get(key, "").strip() for key in ("q", "kind", "team")}
    asked = words.asked(given["q"], kind=given["kind"], team=given["team"])
    start = _number(request.GET.get("start", ""))
    named, answer = direct.find(asked, request.user, start=start)
    shown = {
        "given": given,
        "asked": asked,
        "answer": answer,
        "facets": _facets(answer, given),
        "everywhere": address({"q": given["q"]}, "start", ""),
        "direct": named,
    }
    return render(request, "portal/search/page.html", shown)


def _facets(answer: Answer, given: dict[str, str]) -> list[Facet]:
    return [
        facet("Kind", "kind", _choices(answer.kinds), given, most=9),
        facet("Team", "team", _choices(answer.teams), given),
    ]


def _choices(counts: Iterable[Count]) -> Iterator[Choice]:
    return (Choice(count.value, count.label, count.number) for count in counts)


def _number(text: str) -> int:
    return min(int(text), queries.LOOKED_AT) if text.isdecimal() and len(text) < 6 else 0
