"""What each process of `make up` is given, and what it must not need."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from django.conf import settings

from launch import processes
from launch.places import ROOT, Places
from launch.processes import Settings
from portal.celery import app

SHELL = {
    "PATH": "/usr/bin",
    "HOME": "/home/somebody",
    "SLIPWAY_RUN_SLOTS": "7",
    "SENTRY_DSN": "https://key@errors.example/1",
    "AWS_SECRET_ACCESS_KEY": "of the shell",
    "PYTHONPATH": "/somewhere/else",
}
SETTINGS = Settings(Places(Path("/data")), 8000, "postgresql://a", "redis://b", SHELL)

# Each of them does a bounded piece: it moves some rows on, or sends what is due to other queues.
BESIDE_ROLLBACKS = {
    "deployments.rollouts.tasks.advance",
    "deployments.rollouts.tasks.sweep",
    "observability.history.tasks.sweep",
    "pipelines.backfills.tasks.tick",
    "pipelines.bulk.tasks.sweep",
    "pipelines.bulk.tasks.work",
    "pipelines.deliveries.tasks.sweep",
    "pipelines.previews.tasks.sweep",
    "pipelines.runs.tasks.sweep",
    "pipelines.schedules.tasks.follow",
    "pipelines.schedules.tasks.follow_all",
    "pipelines.schedules.tasks.tell",
    "pipelines.schedules.tasks.tick",
    "portal.audit.tasks.seal",
    "portal.entities.tasks.sweep",
    "portal.golden_paths.tasks.sweep",
    "portal.golden_paths.tasks.work",
    "portal.notifications.tasks.fold",
    "portal.notifications.tasks.forget",
    "portal.notifications.tasks.sweep",
    "portal.workers.tasks.go_round",
    "portal.workers.tasks.tick",
}

LOADED = """
import sys
from portal.ticks import app
assert app.conf.beat_schedule
sys.exit("django.apps.registry" in sys.modules and "the clock has loaded Django")
"""


def test_processes_get_settings_and_nothing_else_of_the_shell() -> None:
    environment = SETTINGS.environment("web")
    assert environment["DATABASE_URL"] == "postgresql://a"
    assert environment["SENTRY_DSN"] == SHELL["SENTRY_DSN"]
    assert environment["SLIPWAY_DATA"] == "/data"
    assert not environment.keys() & {"AWS_SECRET_ACCESS_KEY", "PYTHONPATH"}


def test_the_zygote_gets_nothing_at_all() -> None:
    assert processes.zygote(SETTINGS).environment == {}


def test_there_are_as_many_run_threads_as_slots() -> None:
    [runs] = [worker for worker in processes.workers(SETTINGS) if worker.name == "runs"]
    assert runs.command[runs.command.index("-c") + 1] == "7"


def test_a_rollback_never_waits_behind_other_control_work() -> None:
    [control] = [worker for worker in processes.workers(SETTINGS) if worker.name == "control"]
    assert control.command[control.command.index("-Q") + 1] == "rollback,control"


def test_what_may_take_seconds_is_done_after_what_is_to_be_sent_never_beside_rollbacks() -> None:
    app.loader.import_default_modules()
    ours = {name for name in app.tasks if not name.startswith(("celery.", "tests."))}
    assert ours - settings.CELERY_TASK_ROUTES.keys() == BESIDE_ROLLBACKS
    served = {
        worker.name: worker.command[worker.command.index("-Q") + 1].split(",")
        for worker in processes.workers(SETTINGS)
        if "-Q" in worker.command
    }
    assert [name for name, queues in served.items() if "figures" in queues] == ["deliveries"]
    assert served["deliveries"][-1] == "figures"
    assert {name for queues in served.values() for name in queues} == {
        queue.name for queue in settings.CELERY_TASK_QUEUES
    }


def test_the_clock_needs_no_django(data: Path) -> None:
    environment = {"SLIPWAY_DATA": str(data)}
    command = [sys.executable, "-c", LOADED]
    said = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert said.returncode == 0, said.stderr
