"""Runs a module beside the Slipway that runs from this checkout, with its settings.

    python -m launch.beside tests.journeys.screenshots

The module finds the portal's address in SLIPWAY_URL.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from launch import preflight
from launch.places import PYTHON, ROOT, Places, data_folder
from launch.refusal import Refusal, told
from launch.up import embedded_servers, settings_for


def run(places: Places, name: str, arguments: Sequence[str], url: str) -> int:
    """Exit code of `python ARGUMENTS...`, with the running servers held for as long as it runs."""
    port = int(url.rsplit(":", 1)[-1])
    embedded = embedded_servers(places, os.environ)  # joins those that run
    try:
        settings = settings_for(places, port, os.environ, embedded)
        environment = settings.environment(name) | {"SLIPWAY_URL": url}
        return subprocess.call([str(PYTHON), *arguments], env=environment, cwd=ROOT)
    finally:
        if embedded:
            embedded.stop()


def url_of_running(places: Places) -> str:
    running = preflight.running_slipway(places)
    if running is None:
        raise Refusal("No Slipway runs from this checkout: start one with make up.")
    return running["url"]


def main() -> int:
    places = Places(data_folder(os.environ))
    module, *arguments = sys.argv[1:]
    return run(places, "beside", ["-m", module, *arguments], url_of_running(places))


if __name__ == "__main__":
    sys.exit(told(main))
