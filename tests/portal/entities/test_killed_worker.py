"""A process that reads a source is really killed, or really suspended: another one goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from portal.audit.models import Entry
from portal.catalog.models import Component
from portal.entities import operations
from portal.entities.models import CatalogFile, CatalogSource, Entity
from portal.failpoints import NAME
from tests import databases
from tests.conftest import NOW
from tests.portal.entities.conftest import Place, component

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
AT = NOW + timedelta(hours=1)
LATER = AT + timedelta(minutes=6)  # the lease is over
FILES = 4


class Worker:
    """A process that reads one source, with a failpoint in its way."""

    def __init__(self, place: Place, source: CatalogSource) -> None:
        self.place, self.source = place, source
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, failpoint: str, at: datetime = AT) -> int:
        """Until it is dead, has stopped, or has ended by itself; its wait status."""
        folder = str(self.place.folder / ".git")
        program = [sys.executable, "-m", "tests.portal.entities.worker"]
        self.process = subprocess.Popen(
            [*program, str(self.source.pk), at.isoformat(), folder],
            env=os.environ | {"DATABASE_URL": databases.url(), NAME: failpoint},
        )
        _, status = os.waitpid(self.process.pid, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            self.process.returncode = os.waitstatus_to_exitcode(status)
        return status

    def wake(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)
        _, status = os.waitpid(self.process.pid, 0)
        self.process.returncode = status
        return status


@pytest.fixture
def worker(place: Place, source: CatalogSource) -> Iterator[Worker]:
    CatalogSource.objects.update(path="**/catalog-info.yaml")
    place.put(**{f"s{n}/catalog-info.yaml": component(f"s{n}") for n in range(FILES)})
    mine = Worker(place, source)
    yield mine
    if mine.process is not None and mine.process.returncode is None:
        mine.process.kill()


def another_goes_on(worker: Worker) -> CatalogSource:
    operations.sweep(now=LATER)
    done = operations.work(
        source_id=str(worker.source.pk), clock=lambda: LATER, opening=worker.place.opened
    )
    assert done is not None
    return done


@pytest.mark.parametrize(
    ("point", "there"), [("entities.kept=kill:2", 2), ("entities.written=kill:2", 1)]
)
def test_what_was_committed_stays_and_nothing_else_is_there(
    worker: Worker, point: str, there: int
) -> None:
    status = worker.start(point)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL
    half = CatalogSource.objects.get(pk=worker.source.pk)
    assert (half.state, half.files_done) == ("running", there)
    assert Entity.objects.count() == CatalogFile.objects.count() == there
    assert not Component.objects.exists()
    kept = dict(Entity.objects.values_list("ref", "changed_at"))
    done = another_goes_on(worker)
    assert (done.state, done.message, done.attempt) == ("idle", f"{FILES} entities.", 2)
    now = dict(Entity.objects.values_list("ref", "changed_at"))
    assert {ref: now[ref] for ref in kept} == kept  # not read a second time
    assert Component.objects.count() == FILES
    assert Entry.objects.filter(verb="component.register").count() == FILES
    assert Entry.objects.filter(verb="catalog_source.read").count() == 1


def test_nobody_else_reads_it_while_its_lease_runs(worker: Worker) -> None:
    worker.start("entities.kept=kill:2")
    soon = AT + timedelta(minutes=4)
    assert operations.work(source_id=str(worker.source.pk), clock=lambda: soon) is None


def test_one_that_sleeps_past_its_lease_wakes_and_writes_nothing(worker: Worker) -> None:
    status = worker.start("entities.kept=stop:2")
    assert os.WIFSTOPPED(status)
    done = another_goes_on(worker)
    seen = list(Entity.objects.order_by("ref").values("ref", "changed_at", "digest"))
    entries = Entry.objects.count()
    assert os.waitstatus_to_exitcode(worker.wake()) == 0
    assert list(Entity.objects.order_by("ref").values("ref", "changed_at", "digest")) == seen
    assert Entry.objects.count() == entries
    after = CatalogSource.objects.get(pk=worker.source.pk)
    assert (after.attempt, after.state, after.message) == (2, "idle", done.message)


def test_what_breaks_every_worker_ends_after_three(worker: Worker) -> None:
    for number in range(3):
        at = AT + timedelta(minutes=6 * number)
        assert os.WIFSIGNALED(worker.start("entities.kept=kill:1", at))
    at = AT + timedelta(minutes=18)
    assert operations.work(source_id=str(worker.source.pk), clock=lambda: at) is None
    ended = CatalogSource.objects.get(pk=worker.source.pk)
    assert ended.state == "failed"
    assert "begun 3 times" in ended.message
