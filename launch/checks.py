"""`make check`: everything that can be said about the code without running it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from launch import weaknesses
from launch.places import PYTHON, ROOT
from launch.refusal import told

# A host in an address. Which ones are registries does not matter: locks need none at all.
HOST = re.compile(r"[a-z+]+://[^\s\"']+", re.IGNORECASE)
INNOCENT = re.compile(r'"url": "https://')  # npm's lock quotes each package's funding page
NPM_LOCKS = ("static", "tests/observability/otlp/node")
LOCKS = [
    *(ROOT / "requirements").glob("*.txt"),
    *(ROOT / folder / "package-lock.json" for folder in NPM_LOCKS),
]


def main() -> int:
    """Run them all, so that one look shows everything that is wrong."""
    failed = [name for name, check in CHECKS.items() if not _passes(name, check)]
    if failed:
        print(f"\nNot in order: {', '.join(failed)}.")
    return 1 if failed else 0


def locks_name_no_host() -> bool:
    """A lock with a registry's address ties every checkout to that registry."""
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in LOCKS
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if HOST.search(line) and not INNOCENT.search(line)
    ]
    print("\n".join(found))
    return not found


def nothing_known_is_weak() -> bool:
    """Where nobody can be asked that is said, and is no failure."""
    is_in_order, words = weaknesses.report()
    if words:
        print(words)
    return is_in_order


def settings_fit_the_internet() -> bool:
    """What Django looks at before an installation is let onto it, behind HTTPS as there."""
    behind = {"SLIPWAY_HTTPS": "true", "SLIPWAY_HOSTS": "slipway.example.com"}
    return with_django("manage.py", "check", "--deploy", "--fail-level", "WARNING", **behind)


def packages_can_be_listed() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        return _run(str(PYTHON), "-m", "launch.sbom", f"{folder}/sbom.cdx.json")


def templates_are_formatted() -> bool:
    templates = [str(path) for path in (ROOT / "templates").rglob("*.html")]
    return not templates or tool("djade", "--target-version", "5.2", "--check", *templates)


def tool(name: str, *arguments: str) -> bool:
    return _run(str(PYTHON.with_name(name)), *arguments)


def manage(*arguments: str) -> bool:
    return with_django("manage.py", *arguments)


def with_django(*arguments: str, **settings: str) -> bool:
    """With a data folder of its own: a check writes nothing into the checkout."""
    with tempfile.TemporaryDirectory() as data:
        (Path(data) / "static").mkdir()
        return _run(str(PYTHON), *arguments, environment={"SLIPWAY_DATA": data, **settings})


def _run(*command: str, environment: dict[str, str] | None = None) -> bool:
    done = subprocess.run(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        env=os.environ | (environment or {}),
    )
    if done.returncode:
        print(done.stdout)
    return done.returncode == 0


def _passes(name: str, check: Callable[[], bool]) -> bool:
    passed = check()
    print(f"{'ok' if passed else 'NOT OK':7} {name}", flush=True)
    return passed


CHECKS: dict[str, Callable[[], bool]] = {
    "format": lambda: tool("ruff", "format", "--check", "--output-format", "concise", "."),
    "lint": lambda: tool("ruff", "check", "--output-format", "concise", "."),
    "types": lambda: tool("mypy"),
    "architecture": lambda: with_django("-m", "pytest", "-q", "tests/test_architecture.py"),
    "migrations complete": lambda: manage("makemigrations", "--check", "--dry-run"),
    "settings": lambda: manage("check"),
    "settings on the internet": settings_fit_the_internet,
    "known weaknesses": nothing_known_is_weak,
    "list of packages": packages_can_be_listed,
    "templates": templates_are_formatted,
    "locks name no host": locks_name_no_host,
}


if __name__ == "__main__":
    sys.exit(told(main))
