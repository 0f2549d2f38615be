"""Known weaknesses of what is locked: asked of the service that knows, where it can be reached.

A check that hangs or fails because a network is missing is soon switched off. So it waits briefly,
and says in a sentence that nobody answered; a weakness that is known fails it.
"""

from __future__ import annotations

import json
import subprocess

from launch.places import PYTHON, ROOT

PATIENCE = 60  # seconds for all of it
ASK = ("--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json")
AWAY = "ok: nobody could be asked about known weaknesses from here, so nothing is said about them."


def report(lock: str = "requirements/product.txt") -> tuple[bool, str]:
    """(whether it is in order, what to say)."""
    try:
        asked = subprocess.run(
            [str(PYTHON), "-m", "pip_audit", "--requirement", lock, *ASK, "--timeout", "5"],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return True, AWAY
    return told(asked.stdout)


def told(answer: str) -> tuple[bool, str]:
    """What pip-audit's answer means. No answer: nobody was asked."""
    try:
        packages = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return True, AWAY
    found = [
        f"{package['name']} {package['version']}: {one['id']}, mended in "
        f"{', '.join(one['fix_versions']) or 'no version yet'}"
        for package in packages
        for one in package.get("vulns", ())
    ]
    return not found, "\n".join(found)
