"""`make demo`: plays the demonstration against the Slipway that runs from this checkout."""

from __future__ import annotations

import os
import sys

from launch import beside, greeting
from launch.places import Places, data_folder
from launch.refusal import told


def main() -> int:
    places = Places(data_folder(os.environ))
    running = beside.the_running(places)
    url = running["url"]
    code = beside.run(
        places, "demo", ["manage.py", "demo", "--against", url, *sys.argv[1:]], running
    )
    if code == 0:
        print("\n".join(greeting.lines(url, places.demo)))
    return code


if __name__ == "__main__":
    sys.exit(told(main))
