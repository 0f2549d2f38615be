"""What golden paths do with schedules: let a file's schedule run where it would not by itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from deployments.environments import queries as environments
from deployments.rollouts import operations, queries
from deployments.rollouts.models import Deployment
from pipelines.schedules import due
from pipelines.schedules.words import words
from pipelines.transformations import queries as transformations
from portal.accounts import access
from portal.accounts.models import User
from portal.catalog import queries as catalog
from portal.catalog.models import Component
from portal.errors import Refused
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
SOON, LATER = timedelta(seconds=1), timedelta(seconds=10)  # when to look again


class RunBySchedule:
    """An environment's configuration takes over the schedule that the newest file proposes."""

    title = "Run it by its schedule"
    takes: ClassVar[Mapping[str, Input]] = {
        "transformation": Input("the name of the transformation"),
        "environment": Input("the name of the environment"),
    }
    gives: ClassVar[Mapping[str, str]] = {"deployment": "the number of the deployment"}
    verb = "deployment.request"
    can_undo = False

    def plan(self, *, given: Given, by: User, now: datetime, ahead: frozenset[Thing]) -> Plan:
        name, place = given.get("transformation", ""), given["environment"]
        component = Component.objects.select_related("team").filter(name=name).first()
        refusal = access.refusal(by, self.verb, component) if component else ""
        return Plan(
            f"{name or 'It'} runs in {place} by the schedule of its file.",
            objections=(Objection(refusal, "transformation"),) if refusal else (),
        )

    def do(self, *, given: Given, by: User, now: datetime, key: str, kept: Given) -> Done | Waiting:
        if kept:
            return _seen(queries.deployment(kept["deployment"]), now)
        component = catalog.component(given["transformation"])
        environment = environments.environment(given["environment"])
        schedule = _schedule(component)
        current = queries.live(component, environment)
        values = dict(current.configuration.values) if current else {}
        is_of_file = environment.is_production and "schedule" not in values
        if is_of_file or values.get("schedule") == schedule:
            links = (_due_times(component, environment.name),)
            return Done(_runs(schedule, environment.name, now), {}, links)
        deployment = operations.configure(
            component=component,
            environment=environment,
            values={**values, "schedule": schedule},
            reason=f"It runs {_said(schedule)}, as its file proposes.",
            by=by,
            now=now,
        )
        deployment.refresh_from_db(fields=["number"])
        return _seen(deployment, now)

    def undoing(self, *, given: Given, outputs: Given) -> str:
        return ""

    def undo(
        self, *, given: Given, outputs: Given, by: User, now: datetime, key: str, reason: str
    ) -> Done:
        raise StepError("Roll the configuration back in the environment instead.", permanent=True)


def _schedule(component: Component) -> dict[str, Any]:
    version = transformations.versions(component).order_by("-number").first()
    found = ((version.spec.get("defaults") or {}) if version else {}).get("schedule")
    if not found:
        raise Refused(f"The file of {component.name} names no schedule.", field="transformation")
    return dict(found)


def _said(schedule: Mapping[str, Any]) -> str:
    return words(schedule["cron"], schedule.get("timezone", "UTC"))


def _runs(schedule: Mapping[str, Any], place: str, now: datetime) -> str:
    """What the person wanted to hear: by which clock, and when for the first time."""
    zone = schedule.get("timezone", "UTC")
    times = due.next_times(schedule["cron"], zone, now, 1)
    first = "".join(f", next on {at.day} {at:%B at %H:%M} UTC" for at in times)
    return f"In {place} it runs {_said(schedule)}{first}."


def _due_times(component: Component, place: str) -> Link:
    return Link("Its due times", f"/components/{component.name}/grid?environment={place}")


def _seen(deployment: Deployment, now: datetime) -> Done | Waiting:
    place = deployment.environment.name
    links: tuple[Link, ...] = (Link(f"Deployment #{deployment.number}", deployment.path),)
    kept = {"deployment": deployment.number}
    if deployment.state == Deployment.State.SUCCEEDED:
        schedule = deployment.configuration.values["schedule"]
        links += (_due_times(deployment.component, place),)
        return Done(_runs(schedule, place, now), kept, links)
    if deployment.is_finished:
        why = deployment.message or deployment.get_state_display()
        raise StepError(f"Deployment #{deployment.number}: {why}", permanent=True)
    is_moving = deployment.state == Deployment.State.RUNNING
    said = f"{deployment.configuration} is on its way to {place}."
    again = now + (SOON if is_moving else LATER)
    return Waiting(said if is_moving else deployment.message, again, kept, links)
