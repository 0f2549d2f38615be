"""One run: how it went, what it made, who got it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from deployments.releases import queries as releases
from deployments.rollouts.models import Live
from deployments.rollouts.queries import standing
from observability.changes import linking as changes
from observability.logs import linking
from pipelines.acceptances import queries as acceptances
from pipelines.runs import beside, log, queries, since
from pipelines.runs.models import Attempt, Run
from portal import htmx
from portal.accounts import access
from portal.accounts.middleware import SignedInRequest
from portal.errors import Refused


@require_safe
def detail(request: SignedInRequest, number: int) -> HttpResponse:
    """The page; until everything has ended, its middle is asked for every two seconds."""
    run = queries.run(number)
    shown = _shown(request, run)
    if htmx.is_fragment(request):
        return htmx.live(request, "pipelines/runs/_run.html", shown, is_over=shown["is_over"])
    shown["logs"] = linking.around(
        linking.field("run", str(run.pk)),
        began=run.requested_at,
        ended=run.finished_at,
        now=timezone.now(),
    )
    return render(request, "pipelines/runs/detail.html", shown)


@require_safe
def rows(request: SignedInRequest, number: int) -> HttpResponse:
    """The first rows of the result, for those who may see them; else who can grant that."""
    run = queries.run(number)
    try:
        sample = queries.sample(run=run, who=request.user)
    except Refused as refused:
        return render(request, "pipelines/runs/_no_rows.html", {"run": run, "refused": refused})
    return render(request, "pipelines/runs/_rows.html", {"run": run, "sample": sample})


@require_safe
def check_rows(request: SignedInRequest, number: int) -> HttpResponse:
    """The first rows against each check that failed, for those who may see them, as above."""
    run = queries.run(number)
    try:
        found = queries.rows_against(run=run, who=request.user)
    except Refused as refused:
        shown = {"run": run, "refused": refused, "title": "Rows against its checks"}
        return render(request, "pipelines/runs/_no_rows.html", shown)
    return render(request, "pipelines/runs/_check_rows.html", {"run": run, "found": found})


@require_safe
def cause(request: SignedInRequest, number: int) -> HttpResponse:
    """Since which deployment a failed run fails, for the page of its trace; nothing for others."""
    run = queries.run(number)
    found = since.fails_since(run)
    if found is None:
        return HttpResponse()
    shown = {
        "run": run,
        "component": run.transformation.component,
        "since": found,
        "live_instead": _live_instead(run, found),
    }
    return render(request, "pipelines/runs/_since.html", shown)


def _checks(run: Run, attempt: Attempt) -> list[tuple[dict[str, Any], str]]:
    """What an attempt's checks found, each with its SQL: of the version that this attempt ran."""
    version = run.version if attempt.version_id == run.version_id else attempt.version
    checks = version.spec.get("checks", []) if version else []
    asked = {check["name"]: check["sql"] for check in checks}
    return [(found, asked.get(found["name"], "")) for found in attempt.checks]


def _live_instead(run: Run, found: since.Since | None) -> Live | None:
    """What is live now in the place of a run that failed; None where it is what failed."""
    if found is None:
        return None
    live = standing.live(run.transformation.component, run.environment)
    return live if live and live.deployment_id != run.deployment_id else None


def _shown(request: SignedInRequest, run: Run) -> dict[str, Any]:
    attempts = list(run.attempts.all())
    deliveries = list(run.deliveries.all())
    good = queries.good_beside(run) if run.result_path else None
    before = queries.measured(good) if good else beside.Measured()
    after = queries.measured(run) if run.result_path else beside.Measured()
    found = since.fails_since(run)
    return {
        "run": run,
        "component": run.transformation.component,
        "changes": changes.around(
            run.finished_at or run.requested_at, run.transformation.component.name
        ),
        "attempts": attempts,
        "attempt": attempts[0] if attempts else None,
        "checks": _checks(run, attempts[0]) if attempts else [],
        "log": log.lines(attempts[0].log) if attempts else [],
        "deliveries": deliveries,
        "newest": {delivery.pk for delivery in queries.latest_deliveries(run)},
        "good": good,
        "has_rows_against": queries.has_rows_against(run),
        "beside": beside.rows(before, after) if good else [],
        "sentence": beside.sentence(before, after),
        "since": found,
        "live_instead": _live_instead(run, found),
        "rejection": releases.rejection(run.release) if run.release else None,
        "acceptance": acceptances.acceptance(run) if run.is_finished else None,
        "is_over": run.is_finished and all(d.state not in d.UNFINISHED for d in deliveries),
        "is_by_its_file": queries.is_by_its_file(run),
        "can_run": access.may(request.user, "run.again", run.transformation.component),
    }
