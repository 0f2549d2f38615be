"""How things stand, and what happened: each in a fixed number of queries."""

from __future__ import annotations

from pytest_django import DjangoAssertNumQueries

from deployments.rollouts import operations, queries
from tests.deployments.world import World


def test_every_environment_has_its_row(world: World) -> None:
    world.through(1)
    world.deploy(2, world.staging)
    waiting = world.ask(2, world.production)
    world.reject(1)
    operations.pause(
        component=world.component,
        environment=world.development,
        reason="Source broken.",
        by=world.people["mira"],
        now=world.now(),
    )
    development, staging, production = queries.matrix(world.component)
    assert (str(development.live.release), development.hold.reason) == ("v1", "Source broken.")
    assert development.rejection.reason == "It doubles rows."
    assert (str(staging.live.release), staging.rejection) == ("v2", None)
    assert (str(production.live.release), production.deployment) == ("v1", waiting)
    assert production.observation is None


def test_the_matrix_costs_five_queries(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in (1, 2, 3):
        world.through(number)
    with django_assert_num_queries(5):
        places = queries.matrix(world.component)
        assert {place.live.deployment.requested_by.full_name for place in places} == {"Mira Okafor"}


def test_one_deployment_costs_four_queries(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    deployment = world.through(1)
    with django_assert_num_queries(4):
        found = queries.details().get(pk=deployment.pk)
        said = [
            (step.title, [attempt.number for attempt in step.attempts.all()])
            for step in found.steps.all()
        ]
        people = [approval.decided_by.full_name for approval in found.approvals.all()]
    assert [title for title, _ in said] == ["Rules", "Approval", "Prepare", "Switch", "Confirm"]
    assert people == ["Ines Costa"]


def test_history_costs_one_query_and_one_for_a_name(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in (1, 2, 3):
        world.deploy(number, world.staging)
    with django_assert_num_queries(2):
        rows = list(queries.history(component="carrier-punctuality").order_by("-id"))
        titles = [(row.title, str(row.requested_by), row.component.team.name) for row in rows]
    assert [title for title, *_ in titles] == ["v3 → staging", "v2 → staging", "v1 → staging"]
