"""Programs of the bench that need Django, in a process of their own on a portal's database."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from launch.places import PYTHON, ROOT
from tests.portal_process import Portal


def run(portal: Portal, module: str, *arguments: str) -> dict[str, Any]:
    """What the last line says that it prints, as JSON."""
    done = subprocess.run(
        [str(PYTHON), "-m", module, *arguments],
        cwd=ROOT,
        env=portal.environment("manage"),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said
