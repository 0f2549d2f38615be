"""Known weaknesses of what is locked: asked of the service that knows, where it can be reached.

A check that hangs or fails because a network is missing is soon switched off. So it waits briefly,
and says in a sentence that nobody answered; a weakness that is known fails it, and so does a tool
that is broken, which would say nothing for ever.
"""

from __future__ import annotations

import json
import re
import subprocess

from launch.places import PYTHON, ROOT

PATIENCE = 60  # seconds for all of it
ASK = ("--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json")
LOCKS = ("requirements/product.txt", "requirements/cli.txt")
# What pip-audit complains of where it reaches nobody, or something else than it looks for
UNREACHED = re.compile(
    r"connect|proxy|name resolution|resolve host|getaddrinfo|ssl|certificate|time[d ]*out|retries"
    r"|unreachable|network|https?.?error|service.?error|status code|(client|server) error"
    r"|urlopen|gateway|json|decod|expecting value",
    re.IGNORECASE,
)
AWAY = "ok: nobody could be asked about known weaknesses from here, so nothing is said about them."


def report() -> tuple[bool, str]:
    """(whether it is in order, what to say)."""
    locks = [f"--requirement={lock}" for lock in LOCKS]
    try:
        asked = subprocess.run(
            [str(PYTHON), "-m", "pip_audit", *locks, *ASK, "--timeout", "5"],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        return True, AWAY
    return told(asked.stdout, asked.stderr)


def told(answer: str, complaints: str = "") -> tuple[bool, str]:
    """What pip-audit's answer and complaints mean. Nobody was asked where it reached nobody, or
    whoever answered knows none of the packages."""
    try:
        packages = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        if UNREACHED.search(complaints):
            return True, AWAY
        last = "\n".join(complaints.strip().splitlines()[-5:])
        return False, f"pip-audit says nothing about weaknesses, so it is broken:\n{last}"
    if all("skip_reason" in package for package in packages):
        return True, AWAY
    found = [
        f"{package['name']} {package['version']}: {one['id']}, mended in "
        f"{', '.join(one['fix_versions']) or 'no version yet'}"
        for package in packages
        for one in package.get("vulns", ())
    ]
    return not found, "\n".join(found)
