"""What golden paths do with deployments: ask for one and wait until it is live."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from deployments.environments import queries as environments
from deployments.environments.models import Environment
from deployments.releases import queries as releases
from deployments.rollouts import operations, queries
from deployments.rollouts.models import Deployment, Live
from portal.accounts import access
from portal.accounts.models import User
from portal.catalog import queries as catalog
from portal.catalog.models import Component
from portal.figures import times
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


class Request:
    """A release goes live in an environment, by the rules of that environment."""

    title = "Deploy it"
    takes: ClassVar[Mapping[str, Input]] = {
        "component": Input("the name of the component"),
        "release": Input("the number of the release"),
        "environment": Input("the name of the environment"),
        "reason": Input("why", is_required=False),
    }
    gives: ClassVar[Mapping[str, str]] = {
        "deployment": "the number of the deployment",
        "environment": "the name of the environment",
    }
    verb = "deployment.request"
    can_undo = True

    def plan(self, *, given: Given, by: User, now: datetime, ahead: frozenset[Thing]) -> Plan:
        environment = environments.environment(given["environment"])
        name, number = given.get("component", ""), given.get("release")
        component = Component.objects.select_related("team").filter(name=name).first()
        outputs = {"environment": environment.name}
        words = f"v{number} is deployed to {environment.name}." if number else _to(environment)
        if environment.approvals:
            words += f" It waits for {times(environment.approvals, 'approval')}."
        if component is None:
            return Plan(words, outputs=outputs)
        if refusal := access.refusal(by, self.verb, component):
            return Plan(words, outputs=outputs, objections=(Objection(refusal, "component"),))
        if ("release", f"{name} v{number}") in ahead:
            return Plan(words, outputs=outputs)
        release = releases.named(component, str(number))
        if _is_live(component, environment, release.number):
            return Plan(f"v{number} is live in {environment.name} already.", outputs=outputs)
        found = queries.plan(component, release, environment, by, now)
        objections = tuple(Objection(each.message) for each in found.failing)
        return Plan(f"{words} {found.summary}", outputs=outputs, objections=objections)

    def do(self, *, given: Given, by: User, now: datetime, key: str, kept: Given) -> Done | Waiting:
        if kept:
            return _seen(queries.deployment(kept["deployment"]), now)
        component = catalog.component(given["component"])
        environment = environments.environment(given["environment"])
        release = releases.named(component, str(given["release"]))
        if live := _is_live(component, environment, release.number):
            outputs = {"deployment": live.deployment.number, "environment": environment.name}
            return Done(f"{release} is live in {environment.name} already.", outputs, _links(live))
        deployment = operations.request(
            component=component,
            release=release,
            environment=environment,
            reason=given.get("reason", ""),
            by=by,
            now=now,
        )
        deployment.refresh_from_db(fields=["number"])
        return _seen(deployment, now)

    def undoing(self, *, given: Given, outputs: Given) -> str:
        return (
            f"Take deployment #{outputs['deployment']} of {given['component']} back: abort it, or "
            f"roll {given['environment']} back; where nothing was live before, pause it"
        )

    def undo(
        self, *, given: Given, outputs: Given, by: User, now: datetime, key: str, reason: str
    ) -> Done:
        deployment = queries.deployment(outputs["deployment"])
        component, environment = deployment.component, deployment.environment
        if not deployment.is_finished and deployment.live_at is None:
            operations.abort(deployment=deployment, by=by, now=now, reason=reason)
            return Done(f"Deployment {deployment} is aborted.")
        if not Live.objects.filter(deployment=deployment).exists():
            return Done(f"Deployment {deployment} does not serve {environment.name} any more.")
        ways = queries.rollback_candidates(component, environment)
        # What was there before, also where it never ran: an undo promises no more.
        before = next((one for one in ways if one.is_possible and _was_fine(one)), None)
        if before is not None:
            back = operations.roll_back(
                component=component,
                environment=environment,
                release=before.release,
                configuration=before.configuration.number,
                leaves=deployment.number,
                reason=reason,
                by=by,
                now=now,
            )
            back.refresh_from_db(fields=["number"])
            link = Link(f"Rollback #{back.number}", back.path)
            return Done(f"Rolled back by deployment #{back.number}.", links=(link,))
        if queries.hold(component, environment) is None:
            operations.pause(
                component=component, environment=environment, reason=reason, by=by, now=now
            )
        return Done(f"Paused in {environment.name}: nothing was live there before it.")


def _was_fine(before: queries.Candidate) -> bool:
    return before.health != "degraded" and not before.was_left


def _to(environment: Environment) -> str:
    return f"It is deployed to {environment.name}."


def _is_live(component: Component, environment: Environment, number: int) -> Live | None:
    live = queries.live(component, environment)
    return live if live and live.release.number == number else None


def _links(live: Live) -> tuple[Link, ...]:
    return (Link(f"Deployment {live.deployment}", live.deployment.path),)


def _seen(deployment: Deployment, now: datetime) -> Done | Waiting:
    """How far it has come. One that was refused, aborted or failed can't be waited for."""
    place = deployment.environment.name
    links = (Link(f"Deployment #{deployment.number}", deployment.path),)
    kept = {"deployment": deployment.number, "environment": place}
    if deployment.state == Deployment.State.SUCCEEDED:
        return Done(f"{deployment.release} is live in {place}.", kept, links)
    if deployment.is_finished:
        why = deployment.message or deployment.get_state_display()
        raise StepError(f"Deployment #{deployment.number}: {why}", permanent=True)
    if deployment.state == Deployment.State.RUNNING:
        words = f"{deployment.release} is on its way to {place}."
        return Waiting(words, now + SOON, kept, links)
    return Waiting(deployment.message, now + LATER, kept, links)
