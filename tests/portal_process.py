"""A whole running Slipway for tests: its real processes, on a database and a folder of its own.

    portal = Portal.start()
    portal.address                                # http://127.0.0.1:…
    portal.processes["runs"].send(signal.SIGSTOP) # or .kill(), .pid, .is_alive, .log
    portal.arm("pipelines.attempt.staged=kill")   # whoever passes it next
    portal.stop()                                 # nothing is left: no process, database or file

Nothing that dies is started again by itself, so that a test sees what was left behind. Everything
dies with the test process, however that ends.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from launch import identity, processes, servers
from launch.places import ROOT, Places
from launch.postgres import Postgres
from launch.preflight import HOST
from launch.processes import Settings
from launch.program import Program
from launch.up import ask_whether_ready
from portal import failpoints
from tests import databases, portal_places
from tests.cradle import Cradle, Fork
from tests.patience import patient, wait_for

NAMES = ("zygote", "web", "control", "runs", "deliveries", "beat")
PATIENCE = 60.0  # seconds until everything is ready
GRACE = 10.0  # seconds between SIGTERM and SIGKILL
ALL = "*"
FAILPOINTS = "failpoints"
# What a fork reads for itself when it begins; all else is read once, by whom it is forked from.
READ_AT_THE_BEGINNING = {
    *(failpoints.NAME, "SLIPWAY_TRACE_SQL"),
    *("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_HEADERS"),
}

Environment = Mapping[str, Mapping[str, str]]


@dataclass
class Process:
    """One of Slipway's processes and what it says."""

    program: Program
    log_path: Path
    popen: subprocess.Popen[bytes] | Fork = field(init=False)

    def start(self, environment: Mapping[str, str]) -> None:
        """Begin, or begin again, as a program: what it says is appended to the same file."""
        with self.log_path.open("ab") as log:
            self.popen = subprocess.Popen(
                identity.wrapped(self.program.command, at_death=self.program.at_death),
                env=dict(environment),
                cwd=self.program.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self.popen.pid

    @property
    def is_alive(self) -> bool:
        return self.popen.poll() is None

    @property
    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def send(self, number: int) -> None:
        """A signal to it and to all that it forked."""
        os.killpg(self.pid, number)

    def kill(self) -> None:
        """kill -9, with its children, and wait until it is gone."""
        with suppress(ProcessLookupError):
            self.send(signal.SIGKILL)
        self.popen.wait()

    def wait_until_dead(self, seconds: float = 30.0) -> int:
        """Until it has died by itself (a failpoint, say); -9 is SIGKILL."""
        code = self.popen.wait(timeout=patient(seconds))
        self.kill()
        return code

    def wait_until_suspended(self, seconds: float = 30.0) -> None:
        """Until SIGSTOP has reached it (a failpoint's, say)."""
        state = Path(f"/proc/{self.pid}/stat")
        wait_for(
            lambda: state.read_text().rpartition(")")[2].split()[0] == "T",
            seconds,
            lambda: f"it was not suspended:\n{self.log}",
        )

    def finish(self, seconds: float = 30.0) -> None:
        """Wake it if it sleeps, let it do what it has in hand and nothing new, and end."""
        self.send(signal.SIGCONT)
        os.kill(self.pid, signal.SIGTERM)
        self.popen.wait(patient(seconds))

    def stop(self) -> None:
        """SIGTERM, as Ctrl-C on the whole would; SIGKILL when that takes too long."""
        try:
            self.send(signal.SIGCONT)
            os.kill(self.pid, signal.SIGTERM)
            self.popen.wait(GRACE)
        except ProcessLookupError:
            pass  # it had been told before, and has ended
        except subprocess.TimeoutExpired:
            with self.log_path.open("a") as log:
                log.write("did not end in time and was killed\n")
        self.kill()


@dataclass
class Portal:
    """Slipway on a port of its own. Make one with `start`, end it with `stop`."""

    data_dir: Path
    port: int
    database_url: str
    redis_url: str
    extra: Environment
    own: servers.Servers | None
    code: Path = ROOT  # another release of Slipway may be run, on a database of this one
    processes: dict[str, Process] = field(default_factory=dict)
    cradle: Cradle | None = None

    @classmethod
    def start(
        cls,
        *,
        environment: Environment | None = None,
        own_servers: bool = False,
        with_pages: bool = False,
        only: tuple[str, ...] = NAMES,
        code: Path = ROOT,
    ) -> Portal:
        """`environment`: more variables by process name, or for all under "*".

        `own_servers`: a PostgreSQL and a Redis that no other test uses, to be killed or emptied.
        `with_pages`: the static files too. `only`: which processes to start at once.
        """
        data_dir = Path(tempfile.mkdtemp(prefix="slipway-"))
        shared = not own_servers and "DATABASE_URL" in os.environ
        own = None if shared else servers.start(data_dir)
        portal = cls(
            data_dir=data_dir,
            port=portal_places.free_port(),
            database_url=own.database_url if own else portal_places.new_database(data_dir.name),
            redis_url=own.redis_url if own else portal_places.free_redis(data_dir.name),
            extra=environment or {},
            own=own,
            code=code,
        )
        try:
            portal._prepare(with_pages=with_pages, only=only)
        except BaseException:
            portal.stop()
            raise
        return portal

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def settings(self) -> Settings:
        inherited = {
            key: value for key, value in os.environ.items() if not key.startswith("SLIPWAY_")
        }
        return Settings(
            places=Places(self.data_dir),
            port=self.port,
            database_url=self.database_url,
            redis_url=self.redis_url,
            inherited=inherited,
        )

    @property
    def postgres_pid(self) -> int:
        """The process of its own PostgreSQL, for tests that kill it; its keeper starts it again."""
        assert self.own, "Portal.start(own_servers=True) has a PostgreSQL of its own"
        lock = Places(self.data_dir).postgres / "postmaster.pid"
        return int(lock.read_text().split(maxsplit=1)[0])

    def environment(self, name: str) -> dict[str, str]:
        return {**self.settings.environment(name), **self._extra(name)}

    def manage(self, *arguments: str) -> str:
        """What a command of manage.py says against this database."""
        program = replace(self.settings.manage("manage", *arguments), folder=self.code)
        with tempfile.NamedTemporaryFile(dir=self.data_dir / "log", prefix="manage-") as log:
            process = Process(program, Path(log.name))
            self._begin(process, {})
            code = process.popen.wait()
            assert code == 0, process.log
            return process.log

    def restart(self, name: str, **extra: str) -> Process:
        """Kill it if it lives, and start it again with these variables for this once."""
        process = self.processes[name]
        process.kill()
        self._begin(process, extra)
        return process

    def arm(self, failpoint: str) -> None:
        """The next process that passes this failpoint does what it says, once."""
        file = self.data_dir / FAILPOINTS
        half = file.with_suffix(".half")
        half.write_text(failpoint)
        half.rename(file)

    def begin(self, name: str) -> Process:
        """Start a process that `only` left out, or another one in the place of one taken out."""
        program = {program.name: program for program in self._programs()}[name]
        process = self.processes.setdefault(
            name, Process(program, self.data_dir / "log" / f"{name}.log")
        )
        self._begin(process, {})
        return process

    def wait_until_ready(self, seconds: float = PATIENCE) -> None:
        """Until /readyz says that every part works."""
        said = ""

        def is_ready() -> bool:
            nonlocal said
            ready, said = ask_whether_ready(self.port)
            return ready

        wait_for(is_ready, seconds, lambda: f"not ready: {said}\n{self.logs()}")

    def rows(self, query: str, *values: object, **named: object) -> list[tuple[Any, ...]]:
        """What the database says, asked past Slipway."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            return connection.execute(query, values or named or None).fetchall()

    def wait_until(self, query: str, *values: object, seconds: float = PATIENCE) -> None:
        """Until the database says true: a look there costs a fifth of a question to the API."""
        wait_for(lambda: self.rows(query, *values) == [(True,)], seconds, self.logs)

    def flush_redis(self) -> None:
        """Empty Redis, as somebody's mistake or a restart would."""
        portal_places.empty_redis(self.redis_url)

    def logs(self, lines: int = 15) -> str:
        """The last words of everyone, for the message of a test that fails."""
        tails = [
            "\n".join([f"--- {name}", *process.log.splitlines()[-lines:]])
            for name, process in self.processes.items()
        ]
        return "\n".join(tails)

    def stop(self) -> None:
        """End everything and leave nothing behind."""
        for name, process in sorted(self.processes.items(), key=lambda item: item[0] == "zygote"):
            if name not in {"web", "zygote"} and process.is_alive:
                os.kill(process.pid, signal.SIGTERM)  # the workers end side by side
        for _, process in sorted(self.processes.items(), key=lambda item: item[0] == "zygote"):
            process.stop()
        if self.cradle:
            self.cradle.stop()
        if self.own:
            self.own.stop()
        else:
            portal_places.drop_database(self.database_url)
            portal_places.give_back_redis(self.redis_url)
        sockets = Places(self.data_dir).sockets
        shutil.rmtree(self.data_dir)
        shutil.rmtree(sockets, ignore_errors=True)  # a short folder elsewhere, or gone already

    def _prepare(self, *, with_pages: bool, only: tuple[str, ...]) -> None:
        Places(self.data_dir).make()
        if with_pages:
            (self.data_dir / "static").symlink_to(portal_places.static_files())
        if "zygote" in only:
            self.begin("zygote")
        if self.own and "DATABASE_URL" in os.environ:
            programs = Postgres(Places(self.data_dir)).programs
            databases.carry(self.database_url, programs)
        elif self.own:
            self.manage("migrate", "--verbosity", "0")
        for name in only:
            if name != "zygote":
                self.begin(name)
        if {"web", "zygote"} <= set(only):
            self.wait_until_ready()

    def _begin(self, process: Process, more: Mapping[str, str]) -> None:
        """Forked, as by `make up`; whoever has settings of its own must load them."""
        program = process.program
        environment = {**program.environment, **self._extra(program.name), **more}
        own = {*self.extra.get(program.name, {}), *more} - READ_AT_THE_BEGINNING
        if own or not program.begins or self.code != ROOT:
            process.start(environment)
            return
        if not self.cradle:
            self.cradle = Cradle(self.environment(ALL), self.data_dir / "log" / "cradle.log")
        process.popen = self.cradle.fork(
            replace(program, environment=environment), process.log_path
        )

    def _programs(self) -> list[Program]:
        settings = self.settings
        programs = [
            processes.zygote(settings),
            processes.web(settings),
            *processes.workers(settings),
        ]
        return [replace(program, folder=self.code) for program in programs]

    def _extra(self, name: str) -> dict[str, str]:
        if name == "zygote":
            return {}  # by design it has no environment
        armed = {failpoints.NAME: f"@{self.data_dir / FAILPOINTS}"}
        return {**armed, **self.extra.get(ALL, {}), **self.extra.get(name, {})}


@pytest.fixture(scope="package")
def portal() -> Iterator[Portal]:
    """One running Slipway, with pages, for all tests of a folder that leave it as it was."""
    running = Portal.start(with_pages=True)
    yield running
    running.stop()
