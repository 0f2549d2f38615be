"""`make demo`: plays the demonstration against the Slipway that runs from this checkout."""

from __future__ import annotations

import os
import subprocess
import sys

from launch import greeting, preflight
from launch.places import ROOT, Places, data_folder
from launch.refusal import Refusal, told
from launch.up import embedded_servers, settings_for


def main() -> int:
    places = Places(data_folder(os.environ))
    running = preflight.running_slipway(places)
    if running is None:
        raise Refusal("No Slipway runs from this checkout: start one with make up.")
    url = running["url"]
    embedded = embedded_servers(places, os.environ)  # joins the running ones
    try:
        settings = settings_for(places, int(url.rsplit(":", 1)[-1]), os.environ, embedded)
        program = settings.manage("demo", "demo", "--against", url, *sys.argv[1:])
        done = subprocess.run(program.command, env=program.environment, cwd=ROOT, check=False)
    finally:
        if embedded:
            embedded.stop()
    if done.returncode == 0:
        print("\n".join(greeting.lines(url, places.demo)))
    return done.returncode


if __name__ == "__main__":
    sys.exit(told(main))
