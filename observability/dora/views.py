"""The page of figures with the rows behind them, its file, and a person's word about a row."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from observability.changes.models import Change
from observability.dora import asking, files, operations, pages, queries, stored, wording
from observability.dora.asking import Asked
from observability.dora.figures import Per
from observability.dora.forms import HELP, ReclassifyForm, TakeBackForm
from observability.dora.stored import Opened
from observability.dora.windows import PRESET
from portal import htmx
from portal.accounts.middleware import SignedInRequest
from portal.catalog import queries as catalog
from portal.errors import NotFound

asks = require_http_methods(["GET", "POST"])


@require_safe
def page(request: SignedInRequest) -> HttpResponse:
    """Five figures and one more; the chosen one with its weeks, its components and its rows."""
    now = timezone.now()
    if own := _own_team(request):
        query = request.GET.copy()
        query["team"] = own
        return redirect(f"{request.path}?{query.urlencode()}")
    asked = asking.asked(request.GET, now)
    metric = asking.metric(request.GET.get("figure", ""))
    scope, unknown = _opened(asked)
    report = pages.of(scope)
    rows, older = pages.rows(scope, metric, request.GET.get("before", ""), now)
    given = {name: request.GET.get(name, "").strip() for name in asking.FILTERS}
    shown = {
        **pages.context(asked, report, metric, now),
        "rows": rows,
        "page": {"older": older},
        "given": given,
        "unknown": unknown,
        "is_filtered": bool(given["team"] or given["component"]),
        "teams": queries.teams(),
        "presets": PRESET,
        "ways": [(per.value, wording.PER[per]) for per in Per],
    }
    return render(request, "observability/dora/page.html", shown)


def _opened(asked: Asked) -> tuple[Opened, str]:
    """What is meant; nothing, and why, where there is no such component: the form stays."""
    try:
        return stored.opened(asked), ""
    except NotFound as error:
        return stored.nothing(asked), error.message


def _own_team(request: SignedInRequest) -> str:
    """Whoever asks for no team in particular begins with a team of theirs, not with everyone's."""
    if "team" in request.GET or "component" in request.GET:
        return ""
    return queries.first_team(request.user)


@require_safe
def file(request: SignedInRequest) -> HttpResponse:
    """Every deployment of the window with what became of it, as CSV."""
    asked = asking.asked(request.GET, timezone.now())
    content = files.csv_of(stored.verdicts(stored.opened(asked)))
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="deployments.csv"'
    return response


@require_safe
def of_component(request: SignedInRequest, name: str) -> HttpResponse:
    """The panel of the component page: its five figures in production."""
    component = catalog.component(name)
    asked = asking.asked({"component": component.name}, timezone.now())
    report = pages.made(asked)
    tiles = [pages.tile(report, metric, asked.per) for metric in pages.FIVE]
    shown = {"component": component, "asked": asked, "report": report, "tiles": tiles}
    return render(request, "observability/dora/_panel.html", shown)


@asks
def reclassify(request: SignedInRequest, pk: str) -> HttpResponse:
    """Say what a deployment was, against what the records say."""
    change = queries.deployment(pk)
    said = queries.current(change)
    form = ReclassifyForm(request.POST or None, initial={"what": said.what if said else ""})
    if request.method == "POST" and form.is_valid():
        done = htmx.attempt(
            form,
            lambda: operations.reclassify(
                change=change,
                what=form.cleaned_data["what"],
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=timezone.now(),
            ),
        )
        if done:
            return htmx.go(request, _back(request, change))
    choices = [(what.value, what.label, words) for what, words in HELP.items()]
    shown = {"form": form, "change": change, "said": said, "choices": choices}
    return htmx.dialog(request, "observability/dora/_reclassify.html", shown)


@asks
def take_back(request: SignedInRequest, pk: str) -> HttpResponse:
    """Let the records count again."""
    change = queries.deployment(pk)
    form = TakeBackForm(request.POST or None)
    return htmx.asked(
        request,
        form,
        "observability/dora/_take_back.html",
        {"change": change, "said": queries.current(change)},
        act=lambda: operations.take_back(change=change, by=request.user, now=timezone.now()),
        to=_back(request, change),
    )


def _back(request: SignedInRequest, change: Change) -> str:
    """The figures as the person saw them, else those of the component."""
    figures = reverse("observability:dora")
    htmx_said = getattr(request, "htmx", None)
    here = htmx_said.current_url_abs_path if htmx_said else None
    if here and here.startswith(figures):
        return str(here)
    name = change.component.name if change.component else ""
    return f"{figures}?component={name}&environment={change.environment}"
