"""The pages to read the API by and to try it, out of the same document that programs get."""

from __future__ import annotations

from functools import cache

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import schema
from portal.accounts.access import BOOK
from portal.accounts.middleware import SignedInRequest
from portal.accounts.models import Scope
from portal.errors import NotFound
from portal.reference import document, trying


@require_safe
def page(request: SignedInRequest) -> HttpResponse:
    """Every address and verb, with a command to copy."""
    origin = f"{request.scheme}://{request.get_host()}"
    nouns = [(noun.name, [(one, one.curl(origin)) for one in noun.operations]) for noun in _nouns()]
    return render(request, "portal/reference/page.html", {"nouns": nouns, "scopes": _scopes()})


@require_safe
def operation(request: SignedInRequest, operation: str) -> HttpResponse:
    """One verb at one address, as a form: what it answers is shown beside it."""
    trial = _trials().get(operation)
    if trial is None:
        raise NotFound(f"The API has no operation called “{operation}”.")
    return render(request, "portal/reference/operation.html", {"trial": trial})


@cache
def _trials() -> dict[str, trying.Trial]:
    return trying.trials(schema.document())


@cache
def _nouns() -> tuple[document.Noun, ...]:
    return document.nouns(schema.document())


@cache
def _scopes() -> list[tuple[str, list[str]]]:
    """What each scope lets a token do, as far as its owner may."""
    return [
        (scope.value, list(dict.fromkeys(r.words for r in BOOK.values() if r.scope == scope)))
        for scope in Scope
    ]
