"""The cast of every test, and a database and a Redis of its own for each worker.

priya      runs the platform
ines       maintains airline-data, as does tomas (two people for what needs two)
mira       develops there
jonas      looks on there
hannah     maintains finance-data: to airline-data she is a stranger
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from celery import current_app
from django.conf import settings as django_settings
from django.test import Client, TransactionTestCase
from django.utils import timezone
from pytest_django import DjangoDbBlocker
from rest_framework.test import APIClient

from portal.accounts import operations as accounts
from portal.accounts.models import Role, Scope, Team, User
from tests import databases
from tests.workers import pytest_xdist_make_scheduler

__all__ = ["pytest_xdist_make_scheduler"]  # a hook

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
PASSWORD = "a long way down to the water"
TEAMS = {
    "airline-data": {
        "ines": Role.MAINTAINER,
        "tomas": Role.MAINTAINER,
        "mira": Role.DEVELOPER,
        "jonas": Role.VIEWER,
    },
    "finance-data": {"hannah": Role.MAINTAINER},
}
NAMES = {
    "priya": "Priya Raman",
    "ines": "Ines Costa",
    "tomas": "Tomas Novak",
    "mira": "Mira Okafor",
    "jonas": "Jonas Weber",
    "hannah": "Hannah Lind",
}


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """A clone of the migrated template for this worker."""
    if "DATABASE_URL" not in os.environ:
        pytest.exit("Tests run on servers of their own: make test ARGS='-k …'", 2)
    worker = getattr(request.config, "workerinput", {}).get("workerid", "alone")
    with django_db_blocker.unblock(), databases.cloned(worker):
        yield


@pytest.fixture(scope="session", autouse=True)
def _test_environment(request: pytest.FixtureRequest) -> None:
    """Cheap passwords, tables emptied past the audit's triggers, a Redis database of our own."""
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django_settings.WHITENOISE_AUTOREFRESH = True  # else every client reads all static files
    TransactionTestCase._fixture_teardown = lambda _: databases.empty()
    worker = getattr(request.config, "workerinput", {}).get("workerid", "gw0")
    number = int(worker.removeprefix("gw")) % 7 + 1  # from 8 on they belong to whole portals
    url = f"{django_settings.REDIS_URL.partition('?')[0]}?virtual_host={number}"
    django_settings.REDIS_URL = django_settings.CELERY_BROKER_URL = url
    current_app.conf.broker_url = url


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """Everyone, by first name, in their teams."""
    return make_people()


def make_people() -> dict[str, User]:
    cast = {
        name: accounts.create_user(
            username=name,
            full_name=full_name,
            email=f"{name}@example.com",
            password=PASSWORD,
            is_platform=name == "priya",
            by=None,
            now=NOW,
        )
        for name, full_name in NAMES.items()
    }
    for name, members in TEAMS.items():
        team = accounts.create_team(
            name=name,
            title=name.replace("-", " ").title(),
            description="",
            by=cast["priya"],
            now=NOW,
        )
        for member, role in members.items():
            accounts.set_member(team=team, user=cast[member], role=role, by=cast["priya"], now=NOW)
    return cast


@pytest.fixture
def airline_data(people: dict[str, User]) -> Team:
    return Team.objects.get(name="airline-data")


@pytest.fixture
def finance_data(people: dict[str, User]) -> Team:
    return Team.objects.get(name="finance-data")


@pytest.fixture
def browser(people: dict[str, User]) -> Callable[[str], Client]:
    """A browser in which this person is signed in: `browser("mira").get("/")`."""

    def open_as(name: str) -> Client:
        client = Client()
        client.force_login(people[name])
        return client

    return open_as


@pytest.fixture
def program(people: dict[str, User]) -> Callable[..., APIClient]:
    """A program with a token of this person: `program("mira", "read").get("/api/v1/runs/")`."""

    def start_as(name: str, *scopes: str) -> APIClient:
        _, secret = accounts.issue_token(
            user=people[name],
            name="test",
            scopes=scopes or Scope.values,
            expires_at=None,
            by=people[name],
            now=timezone.now(),
        )
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
        return client

    return start_as
