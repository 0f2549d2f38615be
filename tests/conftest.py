"""The cast of every test, and a database and a Redis of its own for each worker.

priya      runs the platform
ines       maintains airline-data, as does tomas (two people for what needs two)
mira       develops there
jonas      looks on there
hannah     maintains finance-data: to airline-data she is a stranger
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings as django_settings
from django.test import Client, TransactionTestCase
from django.utils import timezone
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker, Settings
from rest_framework.test import APIClient

from launch.places import PYTHON, ROOT
from pipelines.engines import registry as engines
from portal.accounts import operations as accounts
from portal.accounts.models import Role, Scope, Team, User
from portal.preloaded import spare_the_collector
from tests import databases
from tests.cradle import CHEAP
from tests.journeys.chromium import chromium
from tests.patience import wait_for
from tests.pipelines import factories
from tests.portal_places import empty_redis
from tests.whole_house import Whole, built
from tests.workers import pytest_collection_modifyitems, pytest_xdist_make_scheduler
from tests.worlds import Kept, keep

__all__ = ["chromium", "pytest_collection_modifyitems", "pytest_xdist_make_scheduler"]

# How long an example takes says what else the machine does, not whether the code is right. The
# same code is judged by the same examples each time: nobody's change fails for an old find. Other
# ones are looked for by `make fuzz`.
settings.register_profile(
    "shared machine",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="SLIPWAY_TEST_FUZZ" not in os.environ,
)
settings.load_profile("shared machine")

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
ZYGOTE = pytest.StashKey[Path]()
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


def pytest_sessionstart(session: pytest.Session) -> None:
    """The migrated template, before the clock of a test runs and before workers ask for it.

    What a shell starts in the background ignores Ctrl-C, and so would all that tests start.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if "DATABASE_URL" in os.environ and not hasattr(session.config, "workerinput"):
        databases.make_template()


def pytest_collection_finish(session: pytest.Session) -> None:
    """As web and workers do: half a million objects of tests need not be looked through again."""
    spare_the_collector()


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
    django_settings.PASSWORD_HASHERS = CHEAP
    django_settings.WHITENOISE_AUTOREFRESH = True  # else every client reads all static files
    TransactionTestCase._fixture_teardown = lambda _: _empty()
    worker = getattr(request.config, "workerinput", {}).get("workerid", "gw0")
    number = int(worker.removeprefix("gw")) % 7 + 1  # from 8 on they belong to whole portals
    url = f"{django_settings.REDIS_URL.partition('?')[0]}?virtual_host={number}"
    django_settings.REDIS_URL = django_settings.CELERY_BROKER_URL = url
    current_app.conf.broker_url = url


def _empty() -> None:
    """Rows and messages: what a test has committed has sent some, and sweepers look at how many."""
    databases.empty()
    empty_redis(django_settings.REDIS_URL)


@pytest.fixture
def no_messages() -> Iterator[None]:
    """Nothing waits in the queues: a process of an earlier test may send its last word late."""
    empty_redis(django_settings.REDIS_URL)
    yield
    empty_redis(django_settings.REDIS_URL)


@pytest.fixture(scope="session")
def cast(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Kept:
    """Everyone, made once."""
    with django_db_blocker.unblock():
        return keep(lambda *_: make_people())


@pytest.fixture
def people(cast: Kept, db: None) -> dict[str, User]:
    """Everyone, by first name, in their teams."""
    return cast.put_back({})


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


@pytest.fixture(scope="session")
def zygote(request: pytest.FixtureRequest) -> str:
    """The socket of a zygote of these tests' own: one for all, also where this is imported."""
    if ZYGOTE not in request.config.stash:
        folder = Path(tempfile.mkdtemp(prefix="slipway-zygote-"))
        request.config.add_cleanup(partial(shutil.rmtree, folder))
        request.config.stash[ZYGOTE] = socket = folder / "zygote.sock"
        process = subprocess.Popen(
            [str(PYTHON), "-m", "pipelines.engines.zygote", "--socket", str(socket)],
            cwd=ROOT,
            env={},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        request.config.add_cleanup(process.wait)
        request.config.add_cleanup(process.terminate)
        wait_for(socket.exists, 20, "the zygote did not start")
    socket = request.config.stash[ZYGOTE]
    os.environ["SLIPWAY_ZYGOTE"] = django_settings.ZYGOTE_SOCKET = str(socket)
    engines.engine.cache_clear()  # a page of an earlier test may have asked where no zygote was
    return str(socket)


@pytest.fixture(scope="session")
def kept_house(
    cast: Kept,
    zygote: str,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: DjangoDbBlocker,
) -> Kept:
    """The small house, made once."""

    def make(people: dict[str, User], folder: Path) -> factories.House:
        return factories.build(people, Team.objects.get(name="airline-data"), folder, now=NOW)

    with django_db_blocker.unblock():
        return keep(make, upon=cast, folder=tmp_path_factory.mktemp("house"))


@pytest.fixture(scope="session")
def kept_whole(
    cast: Kept,
    zygote: str,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: DjangoDbBlocker,
) -> Kept:
    """One of everything, made once."""

    def make(people: dict[str, User], folder: Path) -> Whole:
        return built(people, Team.objects.get(name="airline-data"), folder, now=NOW)

    with django_db_blocker.unblock():
        return keep(make, upon=cast, folder=tmp_path_factory.mktemp("whole"))


@pytest.fixture
def whole(people: dict[str, User], kept_whole: Kept, settings: Settings) -> Whole:
    """One of everything: see whole_house.py."""
    whole = kept_whole.put_back(people)
    settings.DIRECTORY_ROOTS = [whole.house.folder]
    settings.ARTIFACTS_DIR = whole.house.folder / "artifacts"
    return whole


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
