"""`slipway` as people of the story, against the portal in which it was played."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from demo import verbs
from launch.environment import COMMAND
from slipway_cli import kept
from slipway_cli.__main__ import main
from tests.demo.conftest import Played
from tests.doors import door
from tests.typed_house import DOORS


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said where."""

    code: int
    out: str
    aside: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Slipway = Callable[..., Said]
Asked = dict[str, set[str]]  # by command, the doors that it went through


@pytest.fixture(scope="package")
def asked() -> Asked:
    """What was typed in this folder, and through which doors it went: see tests/typed_house.py."""
    return {}


def command_of(words: tuple[str, ...]) -> str:
    """The command in what was typed: two words where the first is a group, "" where it is none."""
    return next((name for n in (2, 1) if (name := " ".join(words[:n])) in DOORS), "")


@pytest.fixture
def slipway(
    played: Played,
    asked: Asked,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Slipway:
    """`slipway("mira", "whoami", "--json")`: in this process, over HTTP like any other."""
    went: set[str] = set()
    send = httpx.Client.send

    def heard(client: httpx.Client, request: httpx.Request, **more: Any) -> httpx.Response:
        answer = send(client, request, **more)
        went.add(door(request.method, request.url.path))
        return answer

    monkeypatch.setattr(httpx.Client, "send", heard)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.delenv(kept.KEY, raising=False)
    monkeypatch.setenv(kept.URL, played.portal.address)

    def said(person: str, *words: str) -> Said:
        if person:
            monkeypatch.setenv(kept.TOKEN, played.account["tokens"][person])
        else:
            monkeypatch.delenv(kept.TOKEN, raising=False)
        capsys.readouterr()
        went.clear()
        code = main(words)
        captured = capsys.readouterr()
        command = command_of(words)
        asked.setdefault(command, set()).update(went)
        assert went <= DOORS.get(command, set()), f"slipway {command} goes through other doors"
        return Said(int(code), captured.out, captured.err)

    return said


QUIET = """\
apiVersion: slipway/v1
kind: Transformation
metadata: {name: carrier-flights, team: airline-data, title: Flights of carriers}
spec:
  inputs:
    flights: {connection: nyc-files, path: flights.parquet}
  parameters:
    month: {type: integer, default: 1}
  sql: |
    SELECT carrier, count(*) AS flights FROM flights WHERE month = $month GROUP BY carrier
  contract:
    key: [carrier]
    columns: [{name: carrier, type: varchar}, {name: flights, type: bigint}]
  deliveries: []
"""


@pytest.fixture(scope="package")
def quiet(played: Played) -> str:
    """A transformation that is live in development and delivers nothing: other tests look there."""
    mira = played.person("mira")
    mira.send_file("transformations/", QUIET)
    verbs.deployed(mira, verbs.ask(mira, "carrier-flights", 1, "development", "To run it."))
    return "carrier-flights"


@dataclass(frozen=True)
class Job:
    """A machine of CI: a clone, `.venv/bin/slipway` in its path, and one person's token."""

    folder: Path
    environment: dict[str, str]

    def run(self, *command: str, **more: str) -> Said:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**self.environment, **more},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def job(played: Played, tmp_path: Path) -> Callable[[str], Job]:
    """`job("mira")`: nothing of this process but the path goes into it."""

    def machine(person: str) -> Job:
        folder = tmp_path / "clone"
        folder.mkdir(exist_ok=True)
        identity = {
            f"GIT_{who}_{what}": value
            for who in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", "Mira"), ("EMAIL", "mira@example.com"))
        }
        environment = {
            "PATH": f"{COMMAND.parent}:{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "NO_PROXY": "*",
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_CONFIG_GLOBAL": os.devnull,
            kept.URL: played.portal.address,
            kept.TOKEN: played.account["tokens"][person],
            **identity,
        }
        return Job(folder, environment)

    return machine
