"""What the form of a draft sends: edits, what is looked at meanwhile, previews."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from deployments.environments import queries as environments
from pipelines.connections import queries as connections
from pipelines.connections.models import Connection
from pipelines.drafts import edits, lint, operations, queries
from pipelines.drafts.forms import ParametersForm
from pipelines.drafts.models import Draft
from pipelines.drafts.queries import Page
from pipelines.drafts.views import answers
from pipelines.previews import operations as previews
from pipelines.previews import queries as looks
from portal import htmx
from portal.accounts.middleware import SignedInRequest
from portal.errors import NotAllowed, NotFound, Refused

posts = require_http_methods(["POST"])


@posts
def edit(request: SignedInRequest, number: int) -> HttpResponse:
    """One edit of the form; with `then` preview, the preview is asked for in the same breath."""
    draft = queries.draft(number)
    takers = queries.takers(request.POST.getlist("destination"))
    given = edits.Given(dict(request.POST.lists()), takers)
    wanted = edits.edit(given.text("edit"), given)
    if wanted is None:
        raise NotFound(f"There is no edit called “{given.text('edit')}”.")

    def change() -> Draft:
        return operations.edit(
            draft=draft,
            change=wanted.change,
            words=wanted.words,
            is_typing=wanted.is_typing,
            is_leaving=answers.is_leaving(request),
            seen=answers.seen(request, draft),
            by=request.user,
            now=timezone.now(),
        )

    response = answers.saved(request, draft, change, back=f"{draft.url}#{_section(given)}")
    if given.text("then") == "preview" and response.status_code < 400:
        return preview(request, number)
    return response


@posts
def place(request: SignedInRequest, number: int) -> HttpResponse:
    """Look at its inputs elsewhere."""
    draft = queries.draft(number)
    operations.choose_place(
        draft=draft,
        environment=environments.environment(request.POST.get("environment", "")),
        by=request.user,
        now=timezone.now(),
    )
    return htmx.go(request, draft.url)


@posts
def look(request: SignedInRequest, number: int) -> HttpResponse:
    """See to it that the columns of the inputs are known; asked again while somebody looks."""
    draft = queries.draft(number)
    now = timezone.now()
    is_fresh = bool(request.POST.get("fresh"))
    operations.look(draft=draft, who=request.user, now=now, is_fresh=is_fresh)
    page = Page(draft, request.user, now)
    return render(request, "pipelines/drafts/_looked.html", answers.context(page))


@posts
def browse(request: SignedInRequest, number: int) -> HttpResponse:
    """What a connection offers."""
    draft = queries.draft(number)
    connection = _connection(request)
    try:
        found = operations.browse(
            draft=draft,
            connection=connection,
            who=request.user,
            now=timezone.now(),
            search=request.POST.get("search", "").strip(),
            is_fresh=bool(request.POST.get("fresh")),
        )
    except NotAllowed:
        raise
    except Refused as refused:
        shown: dict[str, Any] = {"refused": refused, "connection": connection, "draft": draft}
        return render(request, "pipelines/drafts/_shelf.html", shown)
    page = Page(draft, request.user, timezone.now())
    there = {(one.connection, one.place) for one in page.inputs}
    shown = {"draft": draft, "connection": connection, "look": found, "there": there, "page": page}
    return render(request, "pipelines/drafts/_shelf.html", shown)


@require_safe
def rows(request: SignedInRequest, number: int) -> HttpResponse:
    """The first rows of an input, for those who may see them."""
    page = Page(queries.draft(number), request.user, timezone.now())
    one = next((one for one in page.inputs if one.name == request.GET.get("input")), None)
    if one is None or one.look is None:
        raise NotFound("There is no such input, or nobody has looked at it yet.")
    shown = {"one": one, "rows": looks.rows_of_input(one.look, request.user), "page": page}
    return render(request, "pipelines/drafts/_rows.html", shown)


@posts
def validate(request: SignedInRequest, number: int) -> JsonResponse:
    """What is wrong with a query (`sql`), a check or a file that is not saved yet."""
    draft = queries.draft(number)
    if "file" in request.POST:
        found = lint.of_file(draft, request.POST["file"], request.user, timezone.now())
    elif "check" in request.POST:
        found = lint.of_check(draft, request.POST["check"], request.user, timezone.now())
    else:
        found = lint.of_sql(draft, request.POST.get("sql", ""), request.user, timezone.now())
    return JsonResponse({"findings": found})


@require_http_methods(["GET", "POST"])
def preview(request: SignedInRequest, number: int) -> HttpResponse:
    """POST asks for a preview; GET shows how far the last one is."""
    draft = queries.draft(number)
    if request.method == "POST":
        return _asked(request, draft)
    fresh = Page(draft, request.user, timezone.now())
    shown = answers.context(fresh)
    is_over = fresh.preview is None or fresh.preview.is_finished
    part = "pipelines/drafts/_preview_over.html" if is_over else "pipelines/drafts/_preview.html"
    return htmx.live(request, part, shown, is_over=is_over)


@posts
def cancel_preview(request: SignedInRequest, number: int) -> HttpResponse:
    """Stop the preview that runs."""
    draft = queries.draft(number)
    found = looks.last_of(draft.pk)
    if found is None:
        raise NotFound("There is no preview to cancel.")
    previews.cancel(preview=found, by=request.user, now=timezone.now())
    if not htmx.is_fragment(request):
        return htmx.go(request, f"{draft.url}#preview")
    page = Page(draft, request.user, timezone.now())
    return render(request, "pipelines/drafts/_preview.html", answers.context(page))


@posts
def here(request: SignedInRequest, number: int) -> HttpResponse:
    """I have it open; answers who else has, and whether something newer was saved."""
    draft = queries.draft(number)
    operations.visit(draft=draft, who=request.user, now=timezone.now())
    shown = {
        "draft": draft,
        "others": queries.others_at(draft, request.user, timezone.now()),
        "is_behind": answers.seen(request, draft) < draft.revision,
        "is_mine": draft.changed_by_id == request.user.pk,
        "is_closed": "is_open" in request.POST and not draft.is_open,
    }
    return render(request, "pipelines/drafts/_here.html", shown)


@posts
def leave(request: SignedInRequest, number: int) -> HttpResponse:
    """I closed it."""
    operations.leave(draft=queries.draft(number), who=request.user)
    return HttpResponse(status=204)


def _section(given: edits.Given) -> str:
    return given.text("edit").partition(".")[0].rstrip("s") or "about"


def _asked(request: SignedInRequest, draft: Draft) -> HttpResponse:
    """Ask for a preview with the values that were typed; one that is wrong is told beside it."""
    page = Page(draft, request.user, timezone.now())
    form = ParametersForm(request.POST, declared=page.declared)
    if form.is_valid():
        htmx.attempt(form, lambda: _start(request, draft, form))
    if not htmx.is_fragment(request):
        if form.errors:
            raise _refusal(form)
        return htmx.go(request, f"{draft.url}#preview")
    fresh = Page(queries.draft(draft.number), request.user, timezone.now())
    more = {"parameters_form": form} if form.errors else {}
    shown = answers.context(fresh, is_saved=True, **more)
    return render(request, "pipelines/drafts/_previewed.html", shown)


def _start(request: SignedInRequest, draft: Draft, form: ParametersForm) -> None:
    operations.preview(
        draft=draft, parameters=form.parameters(), by=request.user, now=timezone.now()
    )


def _refusal(form: ParametersForm) -> Refused:
    """As a page says it, where there is no script."""
    refused: Refused | None = getattr(form, "refused", None)
    if refused:
        return refused
    name, errors = next(iter(form.errors.items()))
    return Refused(f"{form.fields[name].label}: {errors[0]}", field=name)


def _connection(request: SignedInRequest) -> Connection:
    name = request.POST.get("connection", "")
    found = connections.connections().filter(name=name).first()
    if found is None:
        raise NotFound(f"There is no connection called “{name}”.")
    return found
