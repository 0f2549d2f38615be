"""Pages of the catalog's sources: who describes what, how far a look is, orphans, and dialogs."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import htmx
from portal.accounts import access
from portal.accounts import queries as accounts
from portal.accounts.middleware import SignedInRequest
from portal.descriptors.reading import MOST_FILE
from portal.entities import operations, queries
from portal.entities.forms import (
    ChangeSourceForm,
    ConfirmForm,
    FileForm,
    NameForm,
    NewSourceForm,
)
from portal.entities.models import CatalogSource

asks = require_http_methods(["GET", "POST"])
SHOWN = 20  # findings on the page of a source


@require_safe
def listing(request: SignedInRequest) -> HttpResponse:
    """Every source, with how much it describes and when it was last read."""
    sources = list(queries.sources().order_by("name"))
    counts = queries.counts(sources)
    shown = {
        "rows": [(one, counts[one.pk]) for one in sources],
        "may_create": request.user.is_platform
        or access.teams_where(request.user, "catalog_source.create").exists(),
    }
    return render(request, "portal/entities/sources.html", shown)


@require_safe
def detail(request: SignedInRequest, name: str) -> HttpResponse:
    """A source: how far it is, what is wrong, and how its repository tells of pushes."""
    source = queries.source(name)
    counts = queries.counts([source])[source.pk]
    shown = {"source": source, "counts": counts, "is_over": not source.is_busy}
    if htmx.is_fragment(request):
        part = "portal/entities/_progress.html"
        return htmx.live(request, part, shown, is_over=not source.is_busy)
    team = source.team
    more = {
        "hook": request.build_absolute_uri(reverse("portal:catalog-hook", args=[source.name])),
        "findings": queries.findings(source).order_by("-pk")[:SHOWN],
        "may_sync": access.may(request.user, "catalog_source.sync", team),
        "may_change": access.may(request.user, "catalog_source.change", team),
        "may_remove": access.may(request.user, "entity.remove", team),
    }
    return render(request, "portal/entities/source.html", {**shown, **more})


@never_cache
@sensitive_post_parameters("secret")
@asks
def new(request: SignedInRequest) -> HttpResponse:
    """Make a source; the secret of its webhooks is shown in the answer and never again."""
    teams = access.teams_where(request.user, "catalog_source.create").order_by("name")
    names = [team.name for team in teams]
    form = NewSourceForm(request.POST or None, teams=names, is_platform=request.user.is_platform)
    if request.method == "POST" and form.is_valid():
        given = {**form.cleaned_data}
        team = accounts.team(given.pop("team")) if given["team"] else given.pop("team") or None
        made = htmx.attempt(
            form,
            lambda: operations.create(**given, team=team, by=request.user, now=timezone.now()),
        )
        if made:
            return _secret(request, *made)
    shown = {"form": form, "teams": names}
    return render(request, "portal/entities/new.html", shown, status=htmx.status_of(form))


@never_cache
@sensitive_post_parameters("secret")
@asks
def change(request: SignedInRequest, name: str) -> HttpResponse:
    """Read it elsewhere, or with another token."""
    source = queries.source(name)
    form = ChangeSourceForm(
        request.POST or None,
        source=source,
        facts=operations.facts_of(source),
        is_platform=request.user.is_platform,
    )
    if request.method == "POST" and form.is_valid():
        done = htmx.attempt(
            form,
            lambda: operations.change(
                source=source, **form.given(), by=request.user, now=timezone.now()
            ),
        )
        if done:
            return htmx.go(request, _address(source))
    shown = {
        "form": form,
        "source": source,
        "may_change": access.may(request.user, "catalog_source.change", source.team),
    }
    return render(request, "portal/entities/change.html", shown, status=htmx.status_of(form))


@never_cache
@asks
def rotate(request: SignedInRequest, name: str) -> HttpResponse:
    """Another secret for its webhooks, shown in the answer and never again."""
    source = queries.source(name)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        hook = htmx.attempt(
            form, lambda: operations.rotate(source=source, by=request.user, now=timezone.now())
        )
        if hook:
            return _secret(request, source, hook)
    shown = {"form": form, "source": source}
    return render(request, "portal/entities/rotate.html", shown, status=htmx.status_of(form))


@require_POST
def sync(request: SignedInRequest, name: str) -> HttpResponse:
    """Have it read now."""
    source = queries.source(name)
    operations.ask(source=source, by=request.user, now=timezone.now())
    return htmx.go(request, _address(source))


@asks
def send(request: SignedInRequest, name: str) -> HttpResponse:
    """Send the file of a source that has no repository."""
    source = queries.source(name)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"].read(MOST_FILE + 1)
        sent = htmx.attempt(
            form,
            lambda: operations.send(source=source, file=file, by=request.user, now=timezone.now()),
        )
        if sent:
            return htmx.go(request, _address(source))
    shown = {"form": form, "source": source}
    return render(request, "portal/entities/send.html", shown, status=htmx.status_of(form))


@asks
def switch(request: SignedInRequest, name: str) -> HttpResponse:
    """Stop reading it, or go on."""
    source = queries.source(name)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    return htmx.asked(
        request,
        form,
        "portal/entities/_switch.html",
        {"source": source},
        act=lambda: operations.switch(
            source=source,
            is_on=source.disabled_at is not None,
            by=request.user,
            now=timezone.now(),
        ),
        to=_address(source),
    )


@asks
def remove(request: SignedInRequest, name: str) -> HttpResponse:
    """Take a source away that describes nothing."""
    source = queries.source(name)
    form = NameForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "portal/entities/_remove.html",
        {"source": source},
        act=lambda: (
            operations.remove(
                source=source,
                confirm=form.cleaned_data["confirm"],
                by=request.user,
                now=timezone.now(),
            ),
        ),
        to=reverse("portal:catalog-source-list"),
    )


@asks
def orphans(request: SignedInRequest, name: str) -> HttpResponse:
    """What no file describes any longer, what goes with it, and the button that removes it."""
    source = queries.source(name)
    found = queries.orphans(source)
    form = NameForm(request.POST or None, initial={"seen": queries.digest(found)})
    if request.method == "POST" and form.is_valid():
        done = htmx.attempt(
            form,
            lambda: operations.remove_orphans(
                source=source, **form.cleaned_data, by=request.user, now=timezone.now()
            ),
        )
        if done:
            return htmx.go(request, _address(source))
    bare = queries.bare(found)
    shown = {
        "form": form,
        "source": source,
        "rows": [(one, one.component_id in bare) for one in found],
        "is_cut": len(found) == queries.MOST_ORPHANS,
        "refusal": access.refusal(request.user, "entity.remove", source.team),
    }
    return render(request, "portal/entities/orphans.html", shown, status=htmx.status_of(form))


def _secret(request: SignedInRequest, source: CatalogSource, hook: str) -> HttpResponse:
    """Straight on for a file: it has no webhooks."""
    if not hook:
        return htmx.go(request, _address(source))
    address = request.build_absolute_uri(reverse("portal:catalog-hook", args=[source.name]))
    shown = {"source": source, "secret": hook, "hook": address}
    return render(request, "portal/entities/secret.html", shown)


def _address(source: CatalogSource) -> str:
    return reverse("portal:catalog-source-detail", args=[source.name])
