"""The pages behind a web server of this process, on a house in which much has happened."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.test import Client
from django.test.testcases import LiveServerThread
from django.utils import timezone

from portal.accounts.models import Team, User
from portal.workers.models import Heartbeat
from tests import databases
from tests.journeys.furniture import furnish
from tests.portal_places import empty_redis
from tests.whole_house import Whole, built, telling
from tests.worlds import Kept


@dataclass
class FreshSite:
    """Where it is, and who may come in."""

    address: str
    people: dict[str, User]

    def session(self, name: str) -> str:
        """The cookie of a browser in which this person is signed in."""
        client = Client()
        client.force_login(self.people[name])
        return client.cookies["sessionid"].value


@dataclass
class Site(FreshSite):
    """And what is in it."""

    whole: Whole

    def beat(self) -> None:
        """Its processes live: who is not heard of for a while is shown as lost."""
        Heartbeat.objects.update(seen_at=timezone.now())


@contextmanager
def fresh(people: Callable[[], dict[str, User]]) -> Iterator[FreshSite]:
    """Nothing but these people, behind a web server of this process."""
    try:
        with _server() as address:
            yield FreshSite(address, people())
    finally:
        databases.empty()
        empty_redis(settings.REDIS_URL)


def furnished(people: dict[str, User], folder: Path) -> Whole:
    """The whole house as it is now, with what its pages want more."""
    whole = built(people, Team.objects.get(name="airline-data"), folder, now=timezone.now())
    furnish(whole)
    return whole


@contextmanager
def opened(cast: Kept, kept: Kept) -> Iterator[Site]:
    """Put it back, open it, and leave an empty database behind."""
    before = settings.DIRECTORY_ROOTS, settings.ARTIFACTS_DIR
    folder = kept.folder
    assert folder is not None, "it has files"
    settings.DIRECTORY_ROOTS, settings.ARTIFACTS_DIR = [folder], folder / "artifacts"
    try:
        people = cast.put_back({})
        whole = kept.put_back(people)
        for minutes in (40, 0):
            telling(timezone.now() - timedelta(minutes=minutes))
        with _server() as address:
            yield Site(address, people, whole)
    finally:
        settings.DIRECTORY_ROOTS, settings.ARTIFACTS_DIR = before
        databases.empty()
        empty_redis(settings.REDIS_URL)


@contextmanager
def _server() -> Iterator[str]:
    """Django's own test server, with WhiteNoise for the static files as in earnest."""
    thread = LiveServerThread("127.0.0.1", _as_it_is, connections_override={})
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "127.0.0.1"]
    try:
        yield f"http://127.0.0.1:{thread.port}"
    finally:
        thread.terminate()
        connections.close_all()


def _as_it_is(application: WSGIHandler) -> WSGIHandler:
    return WSGIHandler()
