"""Runs a command on a PostgreSQL and a Redis of its own: `make test`, `make bench`.

    python -m launch.testing test pytest -n 2 ...

The data lie in `.data/test`; while another run uses that folder, in `.data/test-2`, and so on, so
that runs beside each other share nothing. Settings of a running portal are not inherited.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from pathlib import Path
from typing import IO

from launch import chromium, frontend, locks, prometheus, servers
from launch.places import PYTHON, ROOT, Places, data_folder
from launch.postgres import FSYNC
from launch.refusal import Refusal, told

OURS = ("SLIPWAY_", "DATABASE_URL", "REDIS_URL", "SENTRY_")
# What is said to tests and benches themselves: more games, another seed, how much is settled
ASKED = ("SLIPWAY_TEST_", "SLIPWAY_CROWD")


def main() -> int:
    name, *command = sys.argv[1:]
    if name == "test":  # figures of `make bench` are those of a server that waits for the disk
        os.environ[FSYNC] = "off"
        if chromium.are_left_out(os.environ):
            sys.stderr.write(f"{chromium.LEFT_OUT}\n")
        if prometheus.are_left_out(os.environ):
            sys.stderr.write(f"{prometheus.LEFT_OUT}\n")
    data, lock = free_folder(data_folder(os.environ), name)
    with lock, servers.start(data) as running:
        environment = environment_for(Places(data), running)
        bring_static_files(Places(data), environment)
        started = subprocess.Popen([str(PYTHON), "-m", *command], cwd=ROOT, env=environment)
        while True:
            try:
                return started.wait()
            except KeyboardInterrupt:  # the terminal has told the command too: let it clean up
                continue


def free_folder(parent: Path, name: str) -> tuple[Path, IO[str]]:
    """The first of name, name-2, name-3... that no other run uses, and the lock that says so."""
    for number in itertools.count(1):
        folder = parent / (name if number == 1 else f"{name}-{number}")
        lock = locks.opened(folder / "in_use.lock")
        if locks.take(lock):
            return folder, lock
        lock.close()
    raise AssertionError("itertools.count ends never")


def bring_static_files(places: Places, environment: dict[str, str]) -> None:
    """Collected into the folder of this run, as pages name them by their hashes."""
    frontend.bring_packages()
    if fingerprint := frontend.collected(places):
        collect = [str(PYTHON), "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
        if subprocess.call(collect, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL):
            raise Refusal("The static files could not be collected: the lines above say why.")
        frontend.remember(places, fingerprint)


def environment_for(places: Places, running: servers.Servers) -> dict[str, str]:
    """What is inherited, without the settings of another Slipway, plus where everything lies."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if key.startswith(ASKED) or not key.startswith(OURS)
    }
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    hasty = {FSYNC: os.environ[FSYNC]} if FSYNC in os.environ else {}
    return (
        kept
        | hasty
        | {
            "DATABASE_URL": running.database_url,
            "REDIS_URL": running.redis_url,
            "SLIPWAY_DATA": str(places.data),
            "SLIPWAY_ZYGOTE": str(places.zygote),
            chromium.NAME: str(chromium.PATH),
        }
    )


if __name__ == "__main__":
    sys.exit(told(main))
