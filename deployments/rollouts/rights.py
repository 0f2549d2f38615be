"""What rights are about on this floor: deploying a component to an environment."""

from __future__ import annotations

from deployments.environments import queries as environments
from portal.catalog import queries as catalog
from portal.figures import times
from portal.rights.base import Limit, Thing


class Deployments:
    """A component in an environment: what the environment asks for stands beside each right."""

    kind = "deployment"
    title = "Deployment of a component"
    needs_environment = True
    has_names = True
    verbs = (
        *("deployment.request", "deployment.approve", "deployment.refuse", "deployment.advance"),
        *("deployment.abort", "deployment.roll_back", "hold.pause", "hold.resume"),
    )

    def find(self, name: str, environment: str) -> Thing:
        component, place = catalog.component(name), environments.environment(environment)
        asked = (
            f"It waits there for {times(place.approvals, 'approval')} of others."
            if place.approvals
            else "Nobody has to agree there."
        )
        return Thing(
            kind="deployment",
            name=name,
            title=f"{component.title or name} in {place.name}",
            url=f"/components/{name}/in/{place.name}/",
            team=component.team,
            owned=component,
            limits=(
                Limit("deployment.request", asked),
                Limit("deployment.approve", "Not of a deployment that they asked for themselves."),
                Limit("deployment.refuse", "Not of a deployment that they asked for themselves."),
                Limit("deployment.roll_back", "Never waits for an approval."),
            ),
        )
