"""Runs a module beside the Slipway that runs from this checkout, with its settings.

    python -m launch.beside tests.journeys.screenshots

The module finds the portal's address in SLIPWAY_URL. Settings are those that the running Slipway
was started with, not those of the shell: a command that writes secrets or signs must use its keys.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from launch import preflight
from launch.places import PYTHON, ROOT, Places, data_folder
from launch.processes import is_setting
from launch.refusal import Refusal, told
from launch.up import embedded_servers, settings_for

ASKED_HERE = {"SLIPWAY_ADMIN_PASSWORD"}  # of a command, not of Slipway


def settings_of(pid: int | str) -> Mapping[str, str]:
    """What this shell holds, with the settings that the process was started with in their place."""
    try:
        began = Path(f"/proc/{pid}/environ").read_bytes().decode(errors="surrogateescape")
    except OSError as error:
        raise Refusal(
            f"The settings of the Slipway that runs (process {pid}) can't be read: run this as the "
            "person who started it."
        ) from error
    theirs = dict(line.split("=", 1) for line in began.split("\0") if "=" in line)
    ours = {
        name: value
        for name, value in os.environ.items()
        if name in ASKED_HERE or not is_setting(name)
    }
    return ours | {name: value for name, value in theirs.items() if is_setting(name)}


def run(places: Places, name: str, arguments: Sequence[str], running: Mapping[str, str]) -> int:
    """Exit code of `python ARGUMENTS...`, with the running servers held for as long as it runs."""
    url = running["url"]
    port = int(url.rsplit(":", 1)[-1])
    began = settings_of(running["pid"])
    embedded = embedded_servers(places, began)  # joins those that run
    try:
        settings = settings_for(places, port, began, embedded)
        environment = settings.environment(name) | {"SLIPWAY_URL": url}
        return subprocess.call([str(PYTHON), *arguments], env=environment, cwd=ROOT)
    finally:
        if embedded:
            embedded.stop()


def the_running(places: Places) -> Mapping[str, str]:
    """`pid` and `url` of the Slipway that runs on this data folder."""
    running = preflight.running_slipway(places)
    if running is None:
        raise Refusal("No Slipway runs from this checkout: start one with make up.")
    return running


def main() -> int:
    places = Places(data_folder(os.environ))
    module, *arguments = sys.argv[1:]
    return run(places, "beside", ["-m", module, *arguments], the_running(places))


if __name__ == "__main__":
    sys.exit(told(main))
