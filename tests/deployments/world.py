"""A component, three environments and what tests do with them over and over; only by operations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from deployments.environments import operations as environments
from deployments.environments.models import Environment
from deployments.releases import operations as releases
from deployments.releases.models import Release
from deployments.rollouts import operations, queries
from deployments.rollouts.models import Deployment, Live, Step, StepAttempt
from portal.accounts.models import Team, User
from portal.audit.models import Entry
from portal.catalog import operations as catalog
from portal.catalog.models import Component
from tests.deployments.crate import KIND

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
PLACES = (("development", 10, 0), ("staging", 20, 0), ("production", 30, 1))


@dataclass
class World:
    """Time goes on a minute with each thing that happens."""

    people: Mapping[str, User]
    component: Component
    development: Environment
    staging: Environment
    production: Environment
    at: datetime
    releases: dict[int, Release] = field(default_factory=dict)

    def now(self, seconds: float = 60) -> datetime:
        self.at += timedelta(seconds=seconds)
        return self.at

    def release(self, number: int = 1, *, digest: str = "") -> Release:
        """v`number`, made now if it is not there."""
        if number not in self.releases:
            self.releases[number] = releases.cut(
                component=self.component,
                number=number,
                artifact_kind=KIND,
                digest=digest or f"sha256:crate-{number}",
                source={
                    "repository": "https://git.example/air/crates",
                    "commit": f"{number:040x}",
                    "message": f"Pack crate {number}",
                    "committed_at": "2026-11-20T09:30:00Z",
                },
                by=self.people["mira"],
                now=self.now(),
            )
        return self.releases[number]

    def ask(
        self,
        number: int,
        environment: Environment,
        *,
        by: str = "mira",
        reason: str = "",
        fixes: int | None = None,
    ) -> Deployment:
        return operations.request(
            component=self.component,
            release=self.release(number),
            environment=environment,
            by=self.people[by],
            now=self.now(),
            reason=reason,
            fixes=fixes,
        )

    def approve(
        self,
        deployment: Deployment,
        *,
        by: str = "ines",
        note: str = "",
        plan_digest: str | None = None,
    ) -> Deployment:
        return operations.approve(
            deployment=deployment,
            by=self.people[by],
            now=self.now(),
            note=note,
            plan_digest=plan_digest,
        )

    def work(self, deployment: Deployment, *, seconds: float = 60) -> Deployment:
        """Let a worker do what is due."""
        operations.work(deployment_id=deployment.pk, worker="test", now=self.now(seconds))
        return self.again(deployment)

    def deploy(self, number: int, environment: Environment, *, by: str = "mira") -> Deployment:
        """Ask, approve where that is needed, work."""
        deployment = self.ask(number, environment, by=by)
        if deployment.state == Deployment.State.AWAITING_APPROVAL:
            self.approve(deployment)
        return self.work(deployment)

    def through(self, number: int) -> Deployment:
        """Everywhere, up to production."""
        self.deploy(number, self.development)
        self.deploy(number, self.staging)
        return self.deploy(number, self.production)

    def roll_back(
        self,
        environment: Environment,
        *,
        by: str = "mira",
        to: Release | None = None,
        configuration: int | None = None,
        leaves: int | None = None,
        reason: str = "Rows are missing.",
        seconds: float = 60,
    ) -> Deployment:
        return operations.roll_back(
            component=self.component,
            environment=environment,
            reason=reason,
            by=self.people[by],
            now=self.now(seconds),
            release=to,
            configuration=configuration,
            leaves=leaves,
        )

    def configure(self, environment: Environment, *, seconds: int) -> Deployment:
        """Other limits there, approved where that is needed; worked."""
        deployment = operations.configure(
            component=self.component,
            environment=environment,
            values={"limits": {"seconds": seconds}},
            by=self.people["mira"],
            now=self.now(),
        )
        if deployment.state == Deployment.State.AWAITING_APPROVAL:
            self.approve(deployment)
        return self.work(deployment)

    def reject(self, number: int, *, by: str = "ines", reason: str = "It doubles rows.") -> None:
        releases.reject(
            release=self.release(number), reason=reason, by=self.people[by], now=self.now()
        )

    def live(self, environment: Environment) -> Live | None:
        return queries.live(self.component, environment)

    def serving(self, environment: Environment) -> tuple[str, str] | None:
        """("v3", "c1"), or None where nothing is live."""
        live = self.live(environment)
        return (str(live.release), str(live.configuration)) if live else None

    def again(self, deployment: Deployment) -> Deployment:
        """The row as it is now."""
        return queries.details().get(pk=deployment.pk)

    def steps(self, deployment: Deployment) -> dict[str, str]:
        rows = Step.objects.filter(deployment=deployment).order_by("order")
        return dict(rows.values_list("name", "state"))

    def attempts(self, deployment: Deployment, step: str) -> list[tuple[int, str]]:
        rows = StepAttempt.objects.filter(step__deployment=deployment, step__name=step)
        return list(rows.order_by("number").values_list("number", "state"))

    def entries(self, verb: str) -> list[Entry]:
        return entries(verb)


def entries(verb: str) -> list[Entry]:
    """What the audit says of a verb, oldest first."""
    return list(Entry.objects.filter(verb=verb).select_related("actor").order_by("id"))


def build(people: Mapping[str, User], team: Team, *, now: datetime) -> World:
    """carrier-punctuality of airline-data; production asks for one approval."""
    component = catalog.register(
        name="carrier-punctuality", team=team, kind="service", by=people["mira"], now=now
    )
    places = {
        name: environments.create(
            name=name,
            title=name.capitalize(),
            order=order,
            approvals=approvals,
            is_production=name == "production",
            by=people["priya"],
            now=now,
        )
        for name, order, approvals in PLACES
    }
    return World(people=people, component=component, at=now, **places)
