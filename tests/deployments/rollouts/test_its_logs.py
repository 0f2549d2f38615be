"""The lines on a deployment's page are its own, and not those of the one that took its place."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote

import pytest
from django.test import Client

from deployments.rollouts.models import Deployment
from portal.catalog.models import Component
from tests.deployments.world import World

pytestmark = pytest.mark.django_db


def asked(client: Client, deployment: Deployment) -> str:
    """The search of its panel of logs."""
    page = client.get(deployment.path).content.decode()
    found = re.search(r"/logs/panels/lines\?([^\"]+)", page)
    assert found, page
    return parse_qs(unquote(found[1]).replace("&amp;", "&"))["q"][0]


def is_a(kind: str) -> None:
    Component.objects.update(kind=kind)


def test_steps_and_runs_of_a_transformation_name_their_deployment(
    world: World, client: Client
) -> None:
    client.force_login(world.people["mira"])
    is_a(Component.Kind.TRANSFORMATION)
    first = world.deploy(1, world.development)
    world.deploy(2, world.development)
    assert asked(client, first) == f"deployment:{first.pk}"


def test_a_service_says_where_it_runs(world: World, client: Client) -> None:
    client.force_login(world.people["mira"])
    is_a(Component.Kind.SERVICE)
    deployment = world.deploy(1, world.development)
    assert asked(client, deployment) == (
        f"component:{deployment.component.name} environment:development"
    )
