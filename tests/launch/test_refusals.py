"""What is in the way of a start is said in one sentence, without a traceback."""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import Popen

import pytest

from launch import preflight, refusal, servers
from launch.places import Places
from launch.refusal import Refusal

Python = Callable[..., "Popen[str]"]
OLD_PYTHON = """
import sys
sys.version_info = (3, 8, 18, "final", 0)
from launch import interpreter
sys.exit(interpreter.main())
"""


@pytest.fixture
def taken() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield str(server.getsockname()[1])


def said_by(process: Popen[str]) -> str:
    """The one sentence of a program that refuses to go on."""
    out, err = process.communicate(timeout=20)
    assert process.returncode == 1
    assert out == ""
    assert "Traceback" not in err
    assert len(err.splitlines()) == 1
    return err


def test_a_port_that_is_taken(data: Path, python: Python, taken: str) -> None:
    said = said_by(python("-m", "launch.up", SLIPWAY_DATA=str(data), PORT=taken))
    assert f"Port {taken} on 127.0.0.1 is taken" in said
    other = re.search(r"make up PORT=(\d+)", said)
    assert other
    assert other[1] != taken


def test_a_port_that_is_no_port(data: Path, python: Python) -> None:
    said = said_by(python("-m", "launch.up", SLIPWAY_DATA=str(data), PORT="http"))
    assert "PORT=http is no port" in said


def test_a_second_start_in_the_same_checkout(data: Path, python: Python) -> None:
    with preflight.only_one(Places(data)) as lock:
        preflight.announce(lock, "http://127.0.0.1:8000")
        said = said_by(python("-m", "launch.up", SLIPWAY_DATA=str(data)))
    assert f"already runs on {data}" in said
    assert f"process {os.getpid()}, http://127.0.0.1:8000" in said


def test_a_database_that_does_not_answer(data: Path, python: Python) -> None:
    url = "postgresql://slipway:very-secret@127.0.0.1:1/slipway"
    said = said_by(python("-m", "launch.up", SLIPWAY_DATA=str(data), DATABASE_URL=url, PORT="8765"))
    assert "The PostgreSQL at 127.0.0.1:1, named by DATABASE_URL, does not let us in" in said
    assert "Connection refused" in said
    assert "very-secret" not in said


def test_a_database_of_another_kind(data: Path, python: Python) -> None:
    settings = {"DATABASE_URL": "mysql://localhost/slipway", "PORT": "8765"}
    said = said_by(python("-m", "launch.up", SLIPWAY_DATA=str(data), **settings))
    assert "must begin with postgresql://" in said


def test_a_database_that_is_too_old(data: Path) -> None:
    with (
        servers.start(data, ("postgres",)) as running,
        pytest.raises(Refusal, match=r"needs PostgreSQL 99 or newer, and the one at .* is 18\.\d+"),
    ):
        preflight.database_answers(running.database_url, oldest=99)


def test_a_redis_that_does_not_answer(data: Path, python: Python) -> None:
    settings = {"REDIS_URL": "redis://:very-secret@127.0.0.1:1/0", "PORT": "8765"}
    said = said_by(python("-m", "launch.up", SLIPWAY_DATA=str(data), **settings))
    assert "The Redis at 127.0.0.1:1, named by REDIS_URL, does not answer" in said
    assert "very-secret" not in said


def test_a_secret_file_that_is_not_there(data: Path, python: Python) -> None:
    settings = {"DATABASE_URL_FILE": "/no/such/file", "PORT": "8765"}
    said = said_by(python("-m", "launch.up", SLIPWAY_DATA=str(data), **settings))
    assert "DATABASE_URL_FILE names /no/such/file, which can't be read" in said


@pytest.mark.parametrize(
    ("setting", "value", "why"),
    [
        ("SLIPWAY_RUN_SLOTS", "many", "a whole number is needed"),  # when all is loaded
        ("SLIPWAY_RUN_SLOTS", "0", "1 is the least"),
        ("SLIPWAY_KEEP_USUAL_DAYS", "-5", "1 is the least"),  # it would drop today
        ("SLIPWAY_KEEP_RESULTS_DAYS", "-1", "0 is the least"),
        ("SLIPWAY_LOG_LEVEL", "loud", "say CRITICAL, DEBUG, ERROR, INFO, WARNING"),
        ("SLIPWAY_ENCRYPTION_KEYS_FILE", "/no/such/keys", "which can't be read"),
        ("SLIPWAY_TRACE_SQL", "some", "is slow, all or none"),
        ("SLIPWAY_URL", "slipway.example.com", "write https:// or http:// and a host"),
        ("SLIPWAY_OIDC_ISSUER", "https://id example.com", "without spaces"),
        ("SLIPWAY_PROMETHEUS_URL", "prometheus:9090", "write https:// or http:// and a host"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318", "write https:// or http://"),
        ("REDIS_URL", "http://redis:6379", "write redis:// or rediss:// or redis+socket://"),
        ("SLIPWAY_MAIL_URL", "smtp://mail example", "is smtp://, smtp+tls:// or smtps://"),
        ("SENTRY_DSN", "https://errors.example.com/1", "is no DSN"),  # no key
    ],
)
def test_a_setting_that_makes_no_sense(
    data: Path, python: Python, setting: str, value: str, why: str
) -> None:
    program = "from portal import preloaded; preloaded.load()"
    said = said_by(python("-c", program, SLIPWAY_DATA=str(data), **{setting: value}))
    assert setting in said
    assert why in said


def test_a_setting_that_may_hold_a_password_is_not_repeated(data: Path, python: Python) -> None:
    program = "from portal import preloaded; preloaded.load()"
    dsn = "htps://very-secret@errors.example.com/1"
    assert "very-secret" not in said_by(
        python("-c", program, SLIPWAY_DATA=str(data), SENTRY_DSN=dsn)
    )


def test_too_little_room(data: Path) -> None:
    with pytest.raises(Refusal, match=r"Only \d+ MB are free on the disk of /.* needs \d+ MB"):
        preflight.disk_has_room(data, needed=10**18)


def test_packages_that_are_not_there_yet_need_more_room(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preflight, "PACKAGES_BYTES", 10**18)
    data.mkdir(exist_ok=True)
    preflight.packages_fit(data)
    with pytest.raises(Refusal, match=r"Only \d+ MB are free"):
        preflight.packages_fit(data / "missing")


def test_a_disk_that_fills_up_later(capfd: pytest.CaptureFixture[str]) -> None:
    def write() -> int:
        with Path("/dev/full").open("wb", buffering=0) as full:
            return full.write(b"x")

    assert refusal.told(write) == 1
    assert capfd.readouterr().err.startswith("The disk is full")


def test_a_data_folder_that_cannot_be_written_to(python: Python) -> None:
    said = said_by(python("-m", "launch.up", SLIPWAY_DATA="/proc/slipway", PORT="8765"))
    assert "/proc/slipway can't be written to" in said


def test_a_python_that_is_too_old(python: Python) -> None:
    said = said_by(python("-c", OLD_PYTHON))
    assert re.search(r"needs Python 3\.11, 3\.12 or 3\.13, but .* is 3\.8\.", said)


def test_a_demonstration_without_a_slipway(data: Path, python: Python) -> None:
    said = said_by(python("-m", "launch.demo", SLIPWAY_DATA=str(data)))
    assert said == "No Slipway runs from this checkout: start one with make up.\n"


def test_a_slipway_that_has_ended_does_not_count_as_running(data: Path) -> None:
    with preflight.only_one(Places(data)) as lock:
        preflight.announce(lock, "http://127.0.0.1:8000")
        assert preflight.running_slipway(Places(data)) == {
            "pid": os.getpid(),
            "url": "http://127.0.0.1:8000",
        }
    assert json.loads((data / "up.lock").read_text())
    assert preflight.running_slipway(Places(data)) is None
