"""`make check`: everything that can be said about the code without running it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path

from launch import weaknesses
from launch.places import PYTHON, ROOT
from launch.refusal import told

# A host in an address. Which ones are registries does not matter: locks need none at all.
HOST = re.compile(r"[a-z+]+://[^\s\"']+", re.IGNORECASE)
INNOCENT = re.compile(r'"url": "https://')  # npm's lock quotes each package's funding page
NPM_LOCKS = ("static", "tests/running/node")
LOCKS = [
    *(ROOT / "requirements").glob("*.txt"),
    *(ROOT / folder / "package-lock.json" for folder in NPM_LOCKS),
]

LAW = ("tests/test_architecture.py", "tests/test_resolving.py")
Complaint = str  # what a check says is wrong; nothing where all is well


def main() -> int:
    """Run them all, beside each other, so that one look shows everything that is wrong."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        begun = {pool.submit(check): name for name, check in CHECKS.items()}
        failed = [begun[done] for done in as_completed(begun) if not _is_fine(begun[done], done)]
    if failed:
        print(f"\nNot in order: {', '.join(failed)}.")
    return 1 if failed else 0


def locks_name_no_host() -> Complaint:
    """A lock with a registry's address ties every checkout to that registry."""
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in LOCKS
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if HOST.search(line) and not INNOCENT.search(line)
    ]
    return "\n".join(found)


def nothing_known_is_weak() -> Complaint:
    """Where nobody can be asked that is said, and is no failure."""
    is_in_order, words = weaknesses.report()
    if is_in_order and words:
        print(words, flush=True)
    return "" if is_in_order else words


def settings_fit_the_internet() -> Complaint:
    """What Django looks at before an installation is let onto it, behind HTTPS as there."""
    behind = {"SLIPWAY_HTTPS": "true", "SLIPWAY_HOSTS": "slipway.example.com"}
    return with_django("manage.py", "check", "--deploy", "--fail-level", "WARNING", **behind)


def packages_can_be_listed() -> Complaint:
    with tempfile.TemporaryDirectory() as folder:
        return _run(str(PYTHON), "-m", "launch.sbom", f"{folder}/sbom.cdx.json")


def templates_are_formatted() -> Complaint:
    templates = [str(path) for path in (ROOT / "templates").rglob("*.html")]
    return tool("djade", "--target-version", "5.2", "--check", *templates) if templates else ""


def tool(name: str, *arguments: str) -> Complaint:
    return _run(str(PYTHON.with_name(name)), *arguments)


def manage(*arguments: str) -> Complaint:
    return with_django("manage.py", *arguments)


def with_django(*arguments: str, **settings: str) -> Complaint:
    """With a data folder of its own: a check writes nothing into the checkout."""
    with tempfile.TemporaryDirectory() as data:
        (Path(data) / "static").mkdir()
        return _run(str(PYTHON), *arguments, environment={"SLIPWAY_DATA": data, **settings})


def _run(*command: str, environment: dict[str, str] | None = None) -> Complaint:
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
    ended = f"{' '.join(command[:3])} ended with {done.returncode}"
    return (done.stdout.strip() or ended) if done.returncode else ""


def _is_fine(name: str, done: Future[Complaint]) -> bool:
    complaint = done.result()
    print(f"{complaint}\nNOT OK  {name}" if complaint else f"ok      {name}", flush=True)
    return not complaint


# The longest first.
CHECKS: dict[str, Callable[[], Complaint]] = {
    "types": lambda: tool("mypy"),
    "architecture": lambda: with_django("-m", "pytest", "-q", *LAW),
    "migrations complete": lambda: manage("makemigrations", "--check", "--dry-run"),
    "settings": lambda: manage("check"),
    "settings on the internet": settings_fit_the_internet,
    "known weaknesses": nothing_known_is_weak,
    "list of packages": packages_can_be_listed,
    "format": lambda: tool("ruff", "format", "--check", "--output-format", "concise", "."),
    "lint": lambda: tool("ruff", "check", "--output-format", "concise", "."),
    "templates": templates_are_formatted,
    "locks name no host": locks_name_no_host,
}


if __name__ == "__main__":
    sys.exit(told(main))
