"""Each command against the running portal: what it does, what it says, how it ends."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import StringIO
from pathlib import Path

import pytest

from slipway_cli import kept
from slipway_cli.commands import signing
from slipway_cli.endings import Code
from tests.demo.conftest import Played
from tests.demo.typed.conftest import Job, Slipway

PUNCTUALITY, HELD = "carrier-punctuality", "carrier-cancellations"
FILE = """\
apiVersion: slipway/v1
kind: Transformation
metadata: {name: carrier-cancellations, team: airline-data, title: Cancellations}
spec:
  inputs:
    flights: {connection: nyc-files, path: flights.parquet}
  parameters:
    month: {type: integer, default: 1}
  sql: |
    SELECT carrier, count(*) AS flights FROM flights WHERE month = $month GROUP BY carrier
  contract:
    key: [carrier]
    columns:
      - {name: carrier, type: varchar}
      - {name: flights, type: bigint}
  checks:
    - {name: there are many, sql: SELECT 1 WHERE (SELECT count(*) FROM result) < 2}
  deliveries: []
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "cancellations.yaml"
    path.write_text(FILE)
    return str(path)


def typed(job: Job, *command: str, answer: str) -> tuple[int, str]:
    """A command at a real terminal, where somebody types one line when asked for a password."""
    terminal, end = pty.openpty()
    process = subprocess.Popen(
        command,
        cwd=job.folder,
        env={name: value for name, value in job.environment.items() if name != kept.TOKEN},
        stdin=end,
        stdout=end,
        stderr=end,
        start_new_session=True,
    )
    os.close(end)
    said = b""
    with suppress(OSError):  # the terminal ends with the last who has it open
        while more := os.read(terminal, 4096):
            said += more
            if b"Password" in said and answer:
                os.write(terminal, f"{answer}\n".encode())
                answer = ""
    os.close(terminal)
    return process.wait(), said.decode()


def test_signing_in_by_password_keeps_a_token(played: Played, job: Callable[[str], Job]) -> None:
    password = {one["username"]: one["password"] for one in played.account["people"]}["jonas"]
    machine = job("jonas")
    words = ("slipway", "login", "--username", "jonas", "--scope", "read")
    code, said = typed(machine, *words, answer=password)
    assert code == Code.DONE, said
    assert f"Signed in to {played.portal.address} as Jonas Weber." in said
    file = Path(machine.environment["HOME"], ".config", "slipway", "login.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert password not in file.read_text() + said
    me = machine.run("slipway", "whoami", "--json", SLIPWAY_URL="", SLIPWAY_TOKEN="").json
    assert (me["username"], me["token"]["scopes"]) == ("jonas", ["read"])


def test_a_new_token_can_do_no_more_than_was_asked_for(
    played: Played, slipway: Slipway, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords = {one["username"]: one["password"] for one in played.account["people"]}
    monkeypatch.setattr(signing, "getpass", lambda _: passwords["jonas"])  # who sits there types
    made = slipway("", "login", "--username", "jonas", "--scope", "read", "--json")
    assert (made.code, made.json["token"]["scopes"]) == (Code.DONE, ["read"]), made


def test_a_wrong_password_is_refused_and_nothing_is_kept(job: Callable[[str], Job]) -> None:
    machine = job("jonas")
    code, said = typed(machine, "slipway", "login", "--username", "jonas", answer="a guess")
    assert code == Code.NOT_ALLOWED, said
    assert "don't belong together" in said
    assert not Path(machine.environment["HOME"], ".config").exists()


def test_a_token_can_be_handed_in(
    played: Played, slipway: Slipway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO(played.account["tokens"]["mira"] + "\n"))
    assert slipway("", "login", "--with-token").code == Code.DONE
    who = slipway("", "whoami")
    assert "Mira Lindqvist (mira)" in who.out
    assert "airline-data (developer)" in who.out
    assert slipway("", "logout").code == Code.DONE
    assert slipway("", "whoami").code == Code.USAGE


def test_preview_shows_rows_and_fails_with_its_checks(slipway: Slipway, file: str) -> None:
    good = slipway("mira", "preview", file, "--param", "month=1", "--show", "3")
    assert good.code == Code.DONE, good
    assert "✓ there are many" in good.out
    assert len(re.findall(r"^\w\w +\d+ *$", good.out, re.MULTILINE)) == 3
    few = slipway("mira", "preview", file, "--rows", "1", "--json")
    assert few.code == Code.ENDED_BADLY
    assert few.json["checks"][0]["is_passed"] is False
    assert "there are many" in few.aside
    shown = slipway("mira", "preview", file, "--rows", "1")
    assert "Against there are many: 1 row\n1\n1\n" in shown.out
    assert slipway("mira", "preview", file, "--param", "month").code == Code.USAGE
    assert slipway("jonas", "preview", file).code == Code.NOT_ALLOWED
    assert slipway("mira", "preview", f"{file}.none").code == Code.USAGE


def test_a_release_is_shipped_held_run_refused_and_rejected(slipway: Slipway, file: str) -> None:
    """One story, because each command needs what the one before has left."""
    assert slipway("mira", "deploy", HELD, "latest", "-e", "staging").code == Code.REFUSED
    registered = slipway("mira", "register", file, "--no-source")
    assert registered.out == f"{HELD} v1\n"
    assert slipway("mira", "register", file, "--no-source", "--number").out == "1\n"

    plan = slipway("mira", "deploy", HELD, "v1", "--env", "staging", "--plan")
    assert plan.code == Code.DONE, plan
    assert "✓ Nobody has rejected what v1 is made of." in plan.out
    deployed = slipway("mira", "deploy", HELD, "v1", "--env", "staging", "--wait")
    assert deployed.code == Code.DONE, deployed
    assert re.fullmatch(rf"Deployment \d+ succeeded: {HELD} v1 in staging\n", deployed.out)
    assert "✓ Switch" in deployed.aside
    again = slipway("mira", "deploy", HELD, "1", "--env", "staging")
    assert again.code == Code.REFUSED
    assert "already" in again.aside
    assert slipway("mira", "deploy", HELD, "1", "-e", "staging", "--unless-live").code == Code.DONE
    assert slipway("mira", "deploy", HELD, "7", "-e", "staging").code == Code.REFUSED
    assert slipway("mira", "deploy", HELD, "next", "-e", "staging").code == Code.USAGE

    held = slipway("tomas", "hold", HELD, "-e", "staging", "-r", "The source is loaded again.")
    assert held.out == f"{HELD} is paused in staging\n"
    assert "paused: The source is loaded again." in slipway("mira", "status", HELD).out
    paused = slipway("mira", "run", HELD, "-e", "staging", "--wait")
    assert paused.code == Code.REFUSED
    assert "paused" in paused.aside
    assert slipway("tomas", "resume", HELD, "-e", "staging").code == Code.DONE

    ran = slipway("mira", "run", HELD, "-e", "staging", "-p", "month=3", "--wait", "--json")
    assert (ran.code, ran.json["state"], ran.json["parameters"]) == (0, "succeeded", {"month": 3})
    nothing = slipway("mira", "run", HELD, "-e", "staging", "-p", "month=77", "--wait")
    assert (nothing.code, nothing.out) == (
        Code.ENDED_BADLY,
        "Against there are many: 1 row\n1\n1\n",
    )

    asked = slipway("mira", "promote", HELD, "--to", "production", "--wait", "--no-approval")
    assert asked.code == Code.WAITS_FOR_A_PERSON
    number = re.search(r"slipway approve (\d+)", asked.aside)
    assert number, asked
    assert slipway("mira", "approve", number[1]).code == Code.NOT_ALLOWED
    late = slipway("ines", "deploy", HELD, "1", "-e", "production", "--wait", "--timeout", "0")
    assert late.code == Code.REFUSED  # one at a time
    refused = slipway("ines", "refuse", number[1], "--note", "Not on a Friday.")
    assert refused.out == f"Deployment {number[1]} refused\n"
    assert slipway("mira", "promote", HELD, "--to", "nowhere").code == Code.REFUSED
    assert slipway("mira", "promote", HELD, "--to", "development").code == Code.REFUSED

    no_way = slipway("tomas", "rollback", HELD, "-e", "staging", "-r", "Wrong.")
    assert no_way.code == Code.REFUSED
    assert "no way back" in no_way.aside
    strange = ("-e", "staging", "-r", "Wrong.", "--evidence", "1")  # one of another component
    accused = slipway("tomas", "rollback", HELD, *strange)
    assert accused.code == Code.REFUSED
    assert f"is no deployment of {HELD} in staging" in accused.aside
    rejected = slipway("ines", "reject", HELD, "1", "-r", "Counts twice.")
    assert rejected.out == f"{HELD} v1 is rejected\n"
    assert slipway("mira", "run", HELD, "-e", "staging").code == Code.REFUSED


def test_status_says_what_is_live_where(slipway: Slipway) -> None:
    said = slipway("jonas", "status", PUNCTUALITY)
    assert said.code == Code.DONE
    assert re.search(r"^production +v1 ", said.out, re.MULTILINE)
    places = slipway("jonas", "status", PUNCTUALITY, "--json").json
    assert [place["environment"] for place in places] == ["development", "staging", "production"]
    unknown = slipway("jonas", "status", "no-such-thing")
    assert (unknown.code, unknown.out) == (Code.REFUSED, "")
    assert "There is no component called “no-such-thing”." in unknown.aside


def test_logs_are_those_of_a_run_oldest_first(played: Played, slipway: Slipway) -> None:
    number = str(played.account["facts"]["wrong_run_number"])
    lines = [
        json.loads(line)
        for line in slipway("mira", "logs", "--run", number, "--json").out.split("\n")
        if line
    ]
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)
    assert any(f"run {number} begins" in line["message"] for line in lines)
    newest = slipway("mira", "logs", PUNCTUALITY, "--since", "2h", "-n", "1").out
    assert newest.count("\n") == 1
    assert slipway("mira", "logs", "--run", "999999").code == Code.REFUSED
    assert slipway("mira", "logs", "--since", "yesterday").code == Code.USAGE
    failed = played.account["facts"]["bad_deployment"]
    assert slipway("mira", "logs", "--deployment", str(failed)).code == Code.DONE


def test_following_logs_goes_on_until_it_is_stopped(
    slipway: Slipway, job: Callable[[str], Job], quiet: str
) -> None:
    machine = job("mira")
    following = subprocess.Popen(
        ["slipway", "logs", quiet, "-f", "--since", "1s"],
        cwd=machine.folder,
        env={**machine.environment, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert following.stdout
    ran = slipway("mira", "run", quiet, "-e", "development", "-p", "month=4", "--json").json
    while f"run {ran['number']} begins" not in (line := following.stdout.readline()):
        assert line, "it has ended by itself"
    following.send_signal(signal.SIGINT)
    _, aside = following.communicate(timeout=30)
    assert following.returncode == Code.INTERRUPTED, aside


def test_dora_tells_the_figures_with_their_units(slipway: Slipway) -> None:
    said = slipway("jonas", "dora", "--team", "airline-data", "--days", "30")
    assert said.code == Code.DONE
    assert re.search(r"^lead time +[\d.]+ (s|min|h|d) ", said.out, re.MULTILINE), said.out
    assert re.search(r"^fail rate +[\d.]+% ", said.out, re.MULTILINE), said.out
    report = slipway("jonas", "dora", PUNCTUALITY, "--json").json
    assert report["environment"] == "production"


def test_open_opens_the_page(
    played: Played, slipway: Slipway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    page = f"{played.portal.address}/components/{PUNCTUALITY}/"
    assert slipway("mira", "open", PUNCTUALITY).code == Code.DONE
    assert opened.read_text().strip() == page
    facts = played.account["facts"]
    bad, run = str(facts["bad_deployment"]), str(facts["wrong_run_number"])
    for words, path in (
        (("--deployment", bad), f"/deployments/{bad}/"),
        (("--run", run), f"/runs/{run}/"),
        ((), "/"),
    ):
        said = slipway("mira", "open", *words, "--print")
        assert said.out == f"{played.portal.address}{path}\n"
    assert slipway("mira", "open", "no-such-thing").code == Code.REFUSED


@pytest.fixture
def paused_runs(played: Played) -> Iterator[None]:
    """No run is taken meanwhile: the quickest would be over before anybody looks."""
    priya = played.person("priya")
    priya.post("queues/runs/pause/", reason="Nobody is to be quicker than a command.")
    yield
    priya.post("queues/runs/resume/")


@pytest.mark.usefixtures("paused_runs")
def test_the_time_of_waiting_can_be_over(slipway: Slipway, quiet: str) -> None:
    words = ("run", quiet, "-e", "development", "-p", "month=5", "--wait", "--timeout", "0")
    late = slipway("mira", *words)
    assert late.code == Code.STILL_GOING
    assert "It goes on." in late.aside


def test_who_reads_no_further_ends_nothing(job: Callable[[str], Job]) -> None:
    ended = job("mira").run("bash", "-c", "set -o pipefail; slipway logs --help | head -1")
    assert (ended.code, ended.out) == (0, "Usage: slipway logs [OPTIONS] [COMPONENT]\n")
    assert "Traceback" not in ended.aside
