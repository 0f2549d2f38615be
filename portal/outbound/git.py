"""Asking a git remote with git itself, which a remote can't make do anything else.

The git that is installed, not a library: it alone fetches part of a repository, so that a large one
takes seconds and little room, and it can be stopped. It gets an environment of its own: no
configuration of anybody, one protocol, no redirects, no questions, and the address that was looked
up and judged, so that it looks up none.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from portal.outbound.addresses import Reach
from portal.outbound.doors import Blocked, Unreachable, look_up

MOST_BYTES = 500 * 1024 * 1024
MOST_SECONDS = 300.0
PAUSE = 0.2
FIRST_PAUSE = 0.01  # what git knows at once is not waited for
SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+*?-]*")
EXAMPLE = "https://git.example.com/acme/checkout.git"
KeepOn = Callable[[str], bool]  # hears how far it is; False: stop


class GitError(Exception):
    """A repository that could not be read, in a sentence; `is_final`: again would not help."""

    def __init__(self, message: str, *, is_final: bool = True) -> None:
        super().__init__(message)
        self.message, self.is_final = message, is_final


@dataclass(frozen=True, slots=True)
class Remote:
    """Where a repository is, and how far a request for it may go."""

    url: str
    secret: str = ""
    reach: Reach = Reach.PUBLIC
    authorities: str = ""  # a file of certificates, where it is not the system's


@contextmanager
def fetched(
    remote: Remote, keep_on: KeepOn, *, only: Sequence[str], folder_name: str = "slipway-git-"
) -> Iterator[Path]:
    """A bare copy, gone afterwards. `only` are options of `git clone` that say how much of it."""
    with tempfile.TemporaryDirectory(prefix=folder_name) as folder:
        place = Path(folder) / "repository.git"
        command = ["clone", "--bare", *only, "--quiet", "--", remote.url, str(place)]
        environment = _environment(Path(folder)) | _configured(_pinned(remote))
        _run(command, environment, folder=Path(folder), keep_on=keep_on)
        yield place


def named(text: str) -> str:
    """A name as it may stand in a command."""
    if not SAFE.fullmatch(text):
        raise GitError(f"“{text}” is no name that git would take.")
    return text


def is_address(url: str) -> bool:
    """Whether git could be asked there: over https, and without a password in the address."""
    return _door(url) is not None


def _door(url: str) -> tuple[str, int] | None:
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError:  # such as https://[x, or a port that is none
        return None
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.password:
        return None
    return parts.hostname, port


def _pinned(remote: Remote) -> dict[str, str]:
    """The name looked up once, judged, and written down: git connects there and nowhere else."""
    door = _door(remote.url)
    if door is None:
        raise GitError(f"Write an address such as {EXAMPLE}.")
    host, port = door
    try:
        addresses = look_up(host, port, remote.reach)
    except Blocked as error:
        raise GitError(error.message) from error
    except Unreachable as error:
        raise GitError(error.message, is_final=False) from error
    listed = ",".join(f"[{each}]" if ":" in each else each for each in addresses)
    settings = {
        "http.curloptResolve": f"{host}:{port}:{listed}",
        "http.followRedirects": "false",
        "http.proxy": "",
        "http.lowSpeedLimit": "1000",
        "http.lowSpeedTime": "30",
    }
    if remote.secret:
        basic = b64encode(f"x-access-token:{remote.secret}".encode()).decode()
        settings["http.extraHeader"] = f"Authorization: Basic {basic}"
    return settings | ({"http.sslCAInfo": remote.authorities} if remote.authorities else {})


def _environment(home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "true",
        "GIT_ALLOW_PROTOCOL": "https",
        "GIT_NO_LAZY_FETCH": "1",
    }


def _configured(settings: Mapping[str, str]) -> dict[str, str]:
    """As variables, for arguments are seen by everyone on the machine."""
    found = {"GIT_CONFIG_COUNT": str(len(settings))}
    for number, (key, value) in enumerate(settings.items()):
        found |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return found


def head(remote: Remote, branch: str, keep_on: KeepOn) -> str:
    """The newest commit of a branch (of the remote's own where none is named); nothing is fetched.

    "" where the repository has no such branch.
    """
    name = f"refs/heads/{named(branch)}" if branch else "HEAD"
    with tempfile.TemporaryDirectory(prefix="slipway-git-") as home:
        environment = _environment(Path(home)) | _configured(_pinned(remote))
        command = ["ls-remote", "--quiet", "--", remote.url, name]
        said = _run(command, environment, keep_on=keep_on).decode("utf-8", "replace")
    found = [line.split("\t") for line in said.splitlines()]
    return next((parts[0] for parts in found if parts[1:] == [name]), "")


def read(place: Path, command: list[str], given: str, keep_on: KeepOn) -> str:
    """What git says about a repository, as text; nothing is fetched for it."""
    return read_bytes(place, command, given, keep_on).decode("utf-8", "replace")


def read_bytes(place: Path, command: list[str], given: str, keep_on: KeepOn) -> bytes:
    """The same as it comes: contents of files."""
    settings = {
        "core.fsmonitor": "false",
        "log.showSignature": "false",
        "core.hooksPath": os.devnull,
    }
    with tempfile.TemporaryDirectory(prefix="slipway-git-") as home:
        environment = _environment(Path(home)) | _configured(settings)
        environment["GIT_ALLOW_PROTOCOL"] = "none"
        environment["GIT_CEILING_DIRECTORIES"] = str(place.parent)  # it, or nothing
        return _run(["-C", str(place), *command], environment, given=given, keep_on=keep_on)


def _run(
    command: list[str],
    environment: Mapping[str, str],
    *,
    keep_on: KeepOn,
    given: str = "",
    folder: Path | None = None,
) -> bytes:
    """Run git within its bounds of time and room, and as long as whoever asked keeps on."""
    until = time.monotonic() + MOST_SECONDS
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with tempfile.TemporaryFile() as written:
            written.write(given.encode())
            written.seek(0)
            try:
                process = subprocess.Popen(  # noqa: S603 - names are checked, "--" stands before addresses
                    ["git", *command],  # noqa: S607 - by the PATH of whoever runs the portal
                    env=dict(environment),
                    stdin=written,
                    stdout=out,
                    stderr=err,
                )
            except FileNotFoundError as error:
                raise GitError("git is not installed where this portal works.") from error
        pause = FIRST_PAUSE
        try:
            while process.poll() is None:
                time.sleep(pause)
                pause = min(2 * pause, PAUSE)
                _bounded(until, folder, keep_on)
        finally:
            process.kill()
            process.wait()
        out.seek(0)
        err.seek(0)
        if process.returncode:
            raise _failed(err.read(4000).decode("utf-8", "replace"))
        return out.read()


def _bounded(until: float, folder: Path | None, keep_on: KeepOn) -> None:
    size = size_of(folder) if folder else 0
    if time.monotonic() > until:
        raise GitError(f"It took longer than {MOST_SECONDS:.0f} seconds.")
    if size > MOST_BYTES:
        raise GitError(f"Its history is larger than {MOST_BYTES // 1024**2} MB.")
    if not keep_on(f"{size / 1024**2:.1f} MB are here." if size else "Reading its history."):
        raise GitError("Someone else reads it already.", is_final=False)


def size_of(folder: Path) -> int:
    """Bytes in it, while somebody else puts things there and takes them away."""
    total = 0
    for parent, _, names in os.walk(folder):  # it passes over folders that are gone meanwhile
        for name in names:
            with suppress(OSError):  # git has moved it meanwhile
                total += Path(parent, name).stat().st_size
    return total


def _failed(said: str) -> GitError:
    """git's own last words, with what to do about the usual ones."""
    lines = [line for line in said.splitlines() if line.strip()]
    last = lines[-1].removeprefix("fatal: ") if lines else "git said nothing"
    if "could not read Username" in said or "Authentication failed" in said or "403" in said:
        return GitError("It is not open to everyone: give a token that may read it.")
    if "not found" in said or "404" in said:
        return GitError("There is no repository at this address.")
    is_passing = "timed out" in said or "Could not resolve" in said or "50" in last
    return GitError(f"git: {last[:300]}", is_final=not is_passing)
