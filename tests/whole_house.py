"""One of everything: a component in three environments, with what can be done to each of them.

staging     v2 is live, v1 was; a run waits, another ended and was delivered
preview     v2 is live and runs every day; two backfills of its last days, one of them paused
production  v1 is live and paused, so its schedule is; v2 waits for its approval
v3          was cut and rejected
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from deployments.environments.models import Environment
from deployments.releases import operations as releases
from deployments.releases.models import Release
from deployments.rollouts import operations as rollouts
from deployments.rollouts import queries
from deployments.rollouts.models import Deployment
from observability.changes.models import Change
from observability.logs.stores.postgres import PostgresLogs
from observability.partitions import batches
from observability.traces.stores.base import SpanLine
from observability.traces.stores.postgres import PostgresTraces
from pipelines.acceptances import operations as acceptances
from pipelines.backfills import operations as backfills
from pipelines.backfills.models import Backfill
from pipelines.connections import operations as connections
from pipelines.connections.models import Binding
from pipelines.deliveries.models import Delivery
from pipelines.runs.models import Run
from pipelines.schedules import operations as schedules
from pipelines.schedules.models import Schedule
from portal.accounts import operations as accounts
from portal.accounts.models import Grant, Team, Token, User
from portal.audit.models import Entry
from portal.catalog.models import Component
from tests import (
    compared_house,
    console_house,
    deeds,
    described_house,
    drafted_house,
    filed_house,
    heard_house,
    logged_house,
    mapped_house,
    measured_house,
    paved_house,
    placed_house,
    signed_house,
    told_house,
    watched_house,
)
from tests.executed import executed
from tests.pipelines.factories import House, build

TRACE = "5b8efff798038103d269b633813fc60c"


@dataclass
class Whole:
    """What the doors are tried on."""

    house: House
    component: Component
    releases: list[Release]
    approval: Deployment
    waiting_run: Run
    ended_run: Run
    cancelled_run: Run
    accepted_run: Run
    backfill: Backfill
    paused_backfill: Backfill
    delivery: Delivery
    token: Token

    def address(self, path: str) -> str:
        """An address of this house: `/runs/{number}/cancel` becomes `/runs/7/cancel`."""
        if "{" not in path:
            return path
        values = {
            "name": NAMES.get(path.removeprefix("/api/v1").split("/")[1], ""),
            "username": "jonas",
            "kind": "component",
            "environment": "production" if path.endswith("resume") else "staging",
            "against": "1",
            "trace_id": TRACE,
            "span_id": f"{1:016x}",
            "operation": "deployments_create",
            **(told_house.more() if "{message}" in path else {}),
            **(heard_house.more() if "{meaning}" in path else {}),
            **described_house.address(path),
            **(logged_house.more() if "{key}" in path else {}),
        }
        noun, verb = _noun_before(path), path.rstrip("/").rpartition("/")[2]
        row = filed_house.row(path) or self._row(noun, verb)
        if ("{pk}" in path or "{number}" in path) and row:
            values |= {"pk": row.pk, "number": getattr(row, "number", "")}
        return path.format(**(values | _further(path)))

    def _row(self, noun: str, verb: str) -> Any:
        """Which of several a verb is tried on: what can be done to one can't to the other."""
        of_verbs = (compared_house.row, measured_house.row, console_house.row)
        if found := next(filter(None, (row(noun, verb) for row in of_verbs)), None):
            return found
        versions = self.releases[2 if verb == "lift" else 1]
        rows: dict[str, Callable[[], Any]] = {
            "versions": lambda: versions,
            "releases": lambda: versions,
            "runs": lambda: self._run(verb),
            "backfills": lambda: self.paused_backfill if verb == "resume" else self.backfill,
            "schedules": lambda: self._schedule("production" if verb == "resume" else "preview"),
            "deliveries": lambda: self.delivery,
            "deployments": lambda: self.approval,
            "configurations": lambda: self.approval.configuration,
            "tokens": lambda: self.token,
            "bindings": lambda: Binding.objects.filter(connection__name="nyc-files").first(),
            "grants": lambda: Grant.objects.filter(name="nyc-files", use="use").first(),
            "changes": lambda: Change.objects.earliest("id"),
            "audit": lambda: Entry.objects.earliest("id"),
        }
        if noun in rows:
            return rows[noun]()
        of_topics = (
            told_house.row,
            signed_house.row,
            heard_house.row,
            logged_house.row,
            watched_house.row,
            described_house.row,
        )
        found = next(filter(None, (row(noun) for row in of_topics)), None)
        return found or drafted_house.row(noun, verb)

    def _run(self, verb: str) -> Run:
        runs = {
            "cancel": self.waiting_run,
            "accept": self.cancelled_run,
            "unaccept": self.accepted_run,
        }
        return runs.get(verb, self.ended_run)

    def _schedule(self, environment: str) -> Schedule:
        return Schedule.objects.get(environment__name=environment)

    def plan_seen(self) -> dict[str, Any]:
        """What the form on the plan's page sends: release 1 to preview, as it would be now."""
        preview = Environment.objects.get(name="preview")
        plan = queries.plan(
            self.component, self.releases[0], preview, by=self.house.developer, now=timezone.now()
        )
        return {"release": "1", "environment": "preview", "plan_digest": plan.digest}


NAMES = {
    **described_house.NAMES,
    "clients": "acme-travel",
    "components": "carrier-punctuality",
    "connections": "nyc-files",
    "destinations": "acme-drop",
    "environments": "staging",
    "event-sources": "acme-github",
    "events": "acme-github",
    "handbook": "glossary",
    "mutes": "carrier-punctuality",
    "notifications": "carrier-punctuality",
    "stars": "carrier-punctuality",
    "teams": "airline-data",
    "transformations": "carrier-punctuality",
}


def _further(path: str) -> dict[str, Any]:
    return {
        **paved_house.address(path),
        **mapped_house.address(path),
        **console_house.address(path),
    }


def _noun_before(path: str) -> str:
    """The noun that stands before {pk} or {number}."""
    parts = path.split("/")
    places = [parts.index(part) for part in ("{pk}", "{number}") if part in parts]
    return parts[places[0] - 1] if places else ""


def telling(now: datetime) -> None:
    """A span of a trace, as some service sent it, and lines."""
    told = ("checkout", "production", "3", "POST /pay", 2, False, "", "{}", "[]", "[]", "", "")
    at = batches.nanoseconds(now)
    PostgresTraces().write([SpanLine(at, 1_500_000, TRACE, f"{1:016x}", "", *told)])
    PostgresLogs().write(logged_house.lines(now))


def built(people: Mapping[str, User], team: Team, folder: Path, *, now: datetime) -> Whole:
    house = build(people, team, folder, now=now)
    preview = deeds.environment(people, house, "preview", 30, 0, now)
    production = deeds.environment(people, house, "production", 40, 1, now)
    connections.give(
        thing=house.connection, team=team, use="rows", by=house.owner, now=now, reason=""
    )
    versions = [house.register(deeds.content(number), now=now) for number in (1, 2, 3)]
    component = versions[0].transformation.component
    cut = [house.release_of(version) for version in versions]
    for release, environment in (
        (cut[0], house.environment),
        (cut[0], preview),
        (cut[0], production),
        (cut[1], house.environment),
    ):
        deeds.deploy(house, component, release, environment, now)
    deeds.configure(house, component, preview, {"schedule": {"cron": "0 6 * * *"}}, now)
    releases.reject(release=cut[2], reason="Counts twice.", by=house.owner, now=now)
    schedules.follow(now=now)
    approval = deeds.request(house, component, cut[1], preview, now)
    deeds.work(approval, now)
    rollouts.pause(
        component=component,
        environment=production,
        reason="Looking at it.",
        by=house.owner,
        now=now,
    )
    approval = deeds.request(house, component, cut[1], production, now)
    schedules.follow(now=now)
    ended = executed(deeds.started(house, component, "ended", now), folder, now)
    cancelled, accepted = (deeds.cancelled(house, component, key, now) for key in ("one", "two"))
    acceptances.accept(run=accepted, by=house.developer, now=now, reason="Was only a try.")
    backfill, paused = (deeds.backfill(house, component, preview, days, now) for days in (5, 9))
    backfills.pause(backfill=paused, by=house.developer, now=now)
    token, _ = accounts.issue_token(
        user=people["mira"], name="ci", scopes=["read"], expires_at=None, by=people["mira"], now=now
    )
    paved_house.furnish(people["ines"], team, now=now)
    told_house.furnish(people, component, now=now)
    signed_house.furnish(people, now=now)
    drafted_house.furnish(house, now=now)
    placed_house.furnish(house, now=now)
    measured_house.furnish(people, now=now)
    logged_house.furnish(people, now=now)
    described_house.furnish(people, team, now=now)  # read before its queue is paused
    console_house.furnish(people, now=now)
    mapped_house.furnish(people, now=now)
    heard_house.furnish(people, team, now=now)
    watched_house.furnish(people, component, now=now)
    compared_house.furnish(now=now)
    filed_house.furnish(people, now=now)
    return Whole(
        house=house,
        component=component,
        releases=cut,
        approval=approval,
        waiting_run=deeds.started(house, component, "waiting", now),
        ended_run=ended,
        cancelled_run=cancelled,
        accepted_run=accepted,
        backfill=backfill,
        paused_backfill=paused,
        delivery=Delivery.objects.get(run=ended),
        token=token,
    )
