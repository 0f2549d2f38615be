"""What golden paths do with runs: start the first one and wait for its end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from deployments.environments import queries as environments
from pipelines.runs import operations
from pipelines.runs.models import Run
from pipelines.transformations import queries as transformations
from portal.accounts import access
from portal.accounts.models import User
from portal.catalog.models import Component
from portal.figures import count
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
    if run.state == Run.State.SUCCEEDED:
        outputs = {"run": run.number, "rows": run.rows}
        return Done(f"Run {run.number} made {count(run.rows)} rows.", outputs, links)
    if run.state in Run.UNFINISHED:
        words = f"Run {run.number}: {run.get_state_display().lower()}."
        return Waiting(words, now + SOON, {"run": run.number}, links)
    raise StepError(f"Run {run.number}: {run.message or run.get_state_display()}", permanent=True)
