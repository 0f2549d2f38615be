"""What golden paths do with runs: start the first one and wait for its end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from deployments.environments import queries as environments
from pipelines.deliveries.models import Delivery
from pipelines.drafts import verbs as drafts
from pipelines.runs import operations, queries
from pipelines.runs.models import Run
from pipelines.transformations import queries as transformations
from portal.accounts import access
from portal.accounts.models import User
from portal.catalog.models import Component
from portal.figures import times
from portal.files.findings import listed
from portal.golden_paths.steps.base import (
    Done,
    Input,
    Link,
    Objection,
    Plan,
    StepError,
    Thing,
    Waiting,
)

Given = Mapping[str, Any]
SOON = timedelta(seconds=1)  # when to look again
AGAIN = "Tried again from the golden path."


class Start:
    """A transformation runs once; what it delivers there, it delivers."""

    title = "Run it"
    takes: ClassVar[Mapping[str, Input]] = {
        "transformation": Input("the name of the transformation"),
        "environment": Input("the name of the environment"),
        "parameters": Input("values of its parameters", is_required=False),
    }
    gives: ClassVar[Mapping[str, str]] = {"run": "the number of the run", "rows": "rows made"}
    verb = "run.start"
    can_undo = False

    def plan(self, *, given: Given, by: User, now: datetime, ahead: frozenset[Thing]) -> Plan:
        name, place = given.get("transformation", ""), given["environment"]
        component = Component.objects.select_related("team").filter(name=name).first()
        refusal = access.refusal(by, self.verb, component) if component else ""
        return Plan(
            f"{name or 'It'} runs once in {place}, and delivers what is bound there.",
            objections=(Objection(refusal, "transformation"),) if refusal else (),
        )

    def do(self, *, given: Given, by: User, now: datetime, key: str, kept: Given) -> Done | Waiting:
        if kept:
            return _seen(Run.objects.get(number=kept["run"]), now)
        run = operations.start(
            transformation=transformations.transformation(given["transformation"]),
            environment=environments.environment(given["environment"]),
            parameters=given.get("parameters", {}),
            by=by,
            now=now,
            request_key=key,
        )
        if run.state in (Run.State.FAILED, Run.State.CANCELLED):  # of an attempt before this one
            run = operations.again(run=run, with_version="live", by=by, now=now, reason=AGAIN)
        run.refresh_from_db(fields=["number", "state", "message"])
        return _seen(run, now)

    def undoing(self, *, given: Given, outputs: Given) -> str:
        return ""

    def undo(
        self, *, given: Given, outputs: Given, by: User, now: datetime, key: str, reason: str
    ) -> Done:
        raise StepError("What a run has made and delivered can't be taken back.", permanent=True)


def _seen(run: Run, now: datetime) -> Done | Waiting:
    links = (Link(f"Run {run.number}", f"/runs/{run.number}/"),)
    if run.state in Run.UNFINISHED:
        words = f"Run {run.number}: {run.get_state_display().lower()}."
        return Waiting(words, now + SOON, {"run": run.number}, links)
    if run.state != Run.State.SUCCEEDED:
        why = run.message or run.get_state_display()
        raise StepError(f"Run {run.number}: {why}", permanent=True, links=links + _mending(run))
    made = f"Run {run.number} made {times(run.rows or 0, 'row')}."
    sent = list(run.deliveries.filter(revision=run.revision).select_related("client"))
    if going := [each for each in sent if _is_first_try(each)]:
        words = f"{made} On its way to {_clients(going)}."
        return Waiting(words, now + SOON, {"run": run.number}, links)
    return Done(f"{made}{_arrived(sent)}", {"run": run.number, "rows": run.rows}, links)


def _mending(run: Run) -> tuple[Link, ...]:
    """Where to change what the run stumbled over, where that is in its file."""
    if not queries.is_by_its_file(run):
        return ()
    return (Link(drafts.CHANGE, drafts.to_change(run.transformation.component)),)


def _is_first_try(delivery: Delivery) -> bool:
    """One that has failed once may take hours: nobody is kept waiting for that."""
    is_open = delivery.state in Delivery.UNFINISHED
    return is_open and delivery.tries < 2 and not delivery.message


def _arrived(sent: list[Delivery]) -> str:
    """Who has it by now, and why somebody has not."""
    there = [each for each in sent if each.state == Delivery.State.DELIVERED]
    words = f" Delivered to {_clients(there)}." if there else ""
    for each in sent:
        if each.state != Delivery.State.DELIVERED:
            yet = " yet" if each.state in Delivery.UNFINISHED else ""
            why = each.message or f"{each.get_state_display()}."
            words += f" Not delivered to {each.client}{yet}: {why}"
    return words


def _clients(sent: list[Delivery]) -> str:
    return listed(dict.fromkeys(str(each.client) for each in sent))
