"""Versions of a transformation, and what differs between two of them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deployments.releases import queries as releases
from deployments.rollouts import queries as rollouts
from pipelines.transformations import comparing, queries
from portal import pages
from portal.accounts.middleware import SignedInRequest
from portal.catalog import queries as catalog


@require_safe
def listing(request: SignedInRequest, name: str) -> HttpResponse:
    """All versions, newest first: where they are live, and which are rejected."""
    component = catalog.component(name)
    rows = releases.releases(component=component.name)
    page = pages.newest(rows, before=request.GET.get("before", ""))
    rejections = releases.rejections(page.rows)
    places = rollouts.matrix(component)
    shown = {
        "component": component,
        "page": page,
        "rejections": {row.pk: rejections.get((row.component_id, row.digest)) for row in page.rows},
        "places": {row.pk: rollouts.serving(places, row) for row in page.rows},
        "numbers": comparing.numbers(component),
    }
    return render(request, "pipelines/transformations/versions.html", shown)


@require_safe
def compare(request: SignedInRequest, name: str) -> HttpResponse:
    """Any two versions: what differs in words, column by column, and line by line."""
    component = catalog.component(name)
    found = comparing.comparison(component, request.GET.get("from", ""), request.GET.get("to", ""))
    shown = {
        "component": component,
        "comparison": found,
        "numbers": comparing.numbers(component),
        "view": "unified" if request.GET.get("view") == "unified" else "side",
    }
    return render(request, "pipelines/transformations/compare.html", shown)


@require_safe
def detail(request: SignedInRequest, name: str, number: int) -> HttpResponse:
    """One version: what it reads, makes and promises, and how it differs from another."""
    component = catalog.component(name)
    version = queries.version(component, number)
    others = queries.others(version)
    against = queries.against(version, others, request.GET.get("against", ""))
    release = releases.release(component, number)
    shown = {
        "component": component,
        "version": version,
        "release": release,
        "rejection": releases.rejection(release),
        "against": against,
        "others": others,
        "places": rollouts.serving(rollouts.matrix(component), release),
    }
    return render(request, "pipelines/transformations/version.html", shown)
