"""Who may do what on this thing, and why: one page, both ways round."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.accounts.middleware import SignedInRequest
from portal.accounts.models import User
from portal.errors import Refused
from portal.rights import queries
from portal.rights.forms import AskForm


@require_safe
def explain(request: SignedInRequest) -> HttpResponse:
    """A person's rights on a thing, or everyone who may do one thing to it."""
    form = AskForm(request.GET if request.GET.get("kind") else None)
    shown: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        try:
            shown |= _answered(form.cleaned_data)
        except Refused as refused:
            shown["refused"] = refused
    return render(request, "portal/rights/explain.html", shown)


def _answered(given: dict[str, Any]) -> dict[str, Any]:
    """What the page shows: the person's answers, the holders of one right, or both."""
    kind = queries.kind(given["kind"])
    about = queries.thing(kind, given["name"].strip(), given["environment"])
    person: User | None = given["person"]
    shown: dict[str, Any] = {"about": about, "person": person}
    if person:
        shown["answers"] = queries.of_person(person, kind, about)
    if given["verb"]:
        shown["holders"] = queries.holders(given["verb"], kind, about)
    elif not person:
        shown["asks_more"] = True
    return shown
