"""`make up`: everything that a Slipway needs, in order, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from types import FrameType

from launch import forked, frontend, greeting, preflight, processes, servers
from launch.output import Terminal
from launch.places import PYTHON, ROOT, Places, data_folder, given
from launch.processes import ZYGOTE, Settings
from launch.program import Program
from launch.refusal import Refusal, told
from launch.supervisor import GaveUp, Supervisor, exit_code

PATIENCE = 60.0  # seconds until everything must be ready
BETWEEN_QUESTIONS = 0.2  # seconds between questions whether all is ready
BETWEEN_LOOKS = 1.0  # seconds between looks at the embedded servers


class Stopped(BaseException):
    """Somebody wants it to end: Ctrl-C, SIGTERM or a closed terminal."""


@dataclass
class Slipway:
    """One start, from the first process to the last."""

    settings: Settings
    supervisor: Supervisor
    terminal: Terminal
    embedded: servers.Servers | None

    @property
    def url(self) -> str:
        return f"http://{preflight.HOST}:{self.settings.port}"

    def run(self) -> None:
        """From the first process to the greeting, and then on until it is stopped."""
        self.supervisor.start(processes.zygote(self.settings))
        self.compile_our_own()
        self.load()
        self.prepare_database()
        self.start_processes()
        self.wait_until_ready()
        self.play_demonstration()
        self.greet()
        self.go_on()

    def compile_our_own(self) -> None:
        """In a process of its own, because compiling leaves holes in the memory of who does it."""
        names = ["launch", "demo", "portal", "observability", "deployments", "pipelines"]
        command = [str(PYTHON), "-m", "compileall", "-q", *names]
        environment = self.settings.environment("compile")
        self.supervisor.start(Program("compile", command, environment, ROOT, is_once=True))
        self._must_succeed("compile", "The source could not be compiled")

    def load(self) -> None:
        """All that the processes share. A setting that makes no sense ends the start, in words."""
        os.environ.update(self.settings.environment("up"))
        forked.preload(processes.LOADS)

    def prepare_database(self) -> None:
        """Static files where their sources changed; then tables, shipped paths, the handbook.

        In this order: the handbook shows icons by the names that collecting gives them.
        """
        if fingerprint := frontend.collected(self.settings.places):
            collect = ("collectstatic", "--noinput", "--clear", "--verbosity", "0")
            self.supervisor.start(self.settings.manage("static", *collect))
            self._must_succeed("static", "The static files could not be collected")
            frontend.remember(self.settings.places, fingerprint)
        self.supervisor.start(self.settings.manage("migrate", "prepare", "--skip-checks"))
        self._must_succeed("migrate", "The database could not be made ready")

    def start_processes(self) -> None:
        for program in (processes.web(self.settings), *processes.workers(self.settings)):
            self.supervisor.start(program)

    def wait_until_ready(self) -> None:
        """Until /readyz says yes; if it does not, say what it says and go on."""
        until = time.monotonic() + PATIENCE
        said = ""
        while time.monotonic() < until:
            is_ready, said = ask_whether_ready(self.settings.port)
            if is_ready:
                return
            self.look_after(BETWEEN_QUESTIONS)
        self.terminal.say(f"\nNot ready after {PATIENCE:.0f} s: {self.url}/readyz says {said}\n")

    def play_demonstration(self) -> None:
        """On the first start of an embedded database; on somebody's own only when asked."""
        demo = self.settings.places.demo
        if demo.exists():
            return
        if not self.embedded or not self.embedded.database_url:
            self.terminal.say("Your own database: `make demo` plays the demonstration into it.")
            return
        self.terminal.say("The demonstration, on real data, through the API ...\n")
        self.supervisor.start(
            self.settings.manage("demo", "demo", "--at-first-start", "--against", self.url)
        )
        if code := self.supervisor.finish("demo"):
            self.terminal.say(
                f"\nThe demonstration ended with exit code {exit_code(code)}: the lines above say "
                "why. Slipway goes on; `make demo` plays it again.\n"
            )

    def greet(self) -> None:
        for line in greeting.lines(self.url, self.settings.places.demo):
            self.terminal.say(line)

    def go_on(self) -> None:
        """Until somebody stops it: look after the processes, and after PostgreSQL and Redis."""
        while True:
            self.look_after(BETWEEN_LOOKS)
            if self.embedded and not self.embedded.are_kept():
                self.terminal.say("PostgreSQL and Redis lost their keeper; starting them again.")
                self.embedded.stop()
                self.embedded = embedded_servers(self.settings.places, self.settings.inherited)

    def look_after(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        self.supervisor.run(lambda: time.monotonic() > until)

    def stop(self) -> None:
        self.terminal.say("\nStopping ...")
        self.supervisor.stop(last=ZYGOTE)
        if self.embedded:
            self.embedded.stop()

    def _must_succeed(self, name: str, sentence: str) -> None:
        if code := self.supervisor.finish(name):
            raise Refusal(f"{sentence} (exit code {exit_code(code)}): the lines above say why.")


def main() -> int:
    environment = dict(os.environ)
    places, port = Places(data_folder(environment)), preflight.port(environment)
    preflight.at_once(environment)
    preflight.of_servers(environment)
    terminal = Terminal()
    supervisor = Supervisor(terminal)
    with ExitStack() as at_the_end:
        lock = at_the_end.enter_context(preflight.only_one(places))
        watch_signals(supervisor)
        try:
            frontend.bring_packages()
            embedded = embedded_servers(places, environment)
            settings = settings_for(places, port, environment, embedded)
            slipway = Slipway(settings, supervisor, terminal, embedded)
            at_the_end.callback(slipway.stop)
            preflight.announce(lock, slipway.url)
            slipway.run()
        except Stopped:
            return 0
        except GaveUp as gave_up:
            terminal.say(str(gave_up))
            return gave_up.code
    return 0


def embedded_servers(places: Places, environment: Mapping[str, str]) -> servers.Servers | None:
    """PostgreSQL and Redis of our own, as far as no others are named."""
    places.make()
    named = {"postgres": "DATABASE_URL", "redis": "REDIS_URL"}
    kinds = tuple(kind for kind, name in named.items() if not given(environment, name))
    return servers.start(places.data, kinds) if kinds else None


def settings_for(
    places: Places, port: int, environment: Mapping[str, str], embedded: servers.Servers | None
) -> Settings:
    return Settings(
        places=places,
        port=port,
        database_url=given(environment, "DATABASE_URL")
        or (embedded and embedded.database_url)
        or "",
        redis_url=given(environment, "REDIS_URL") or (embedded and embedded.redis_url) or "",
        inherited=environment,
    )


def ask_whether_ready(port: int) -> tuple[bool, str]:
    """Is everything ready, and what /readyz says about each part.

    By hand, because Python's HTTP client would keep megabytes in this process for one question.
    """
    address = (preflight.HOST, port)
    try:
        with (
            socket.create_connection(address, timeout=2) as connection,
            connection.makefile("rb") as answer,
        ):
            connection.sendall(f"GET /readyz HTTP/1.0\r\nHost: {preflight.HOST}\r\n\r\n".encode())
            status, _, rest = answer.read(4000).decode(errors="replace").partition("\r\n")
    except OSError as error:
        return False, f"nothing ({error})"
    return " 200 " in status, rest.partition("\r\n\r\n")[2]


def watch_signals(supervisor: Supervisor) -> None:
    """The first signal stops everything in order, the second one at once."""
    stopping: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        stopping.append(number)
        if len(stopping) > 1:
            supervisor.must_hurry = True
            return
        raise Stopped

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)


if __name__ == "__main__":
    sys.exit(told(main))
