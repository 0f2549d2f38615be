"""`make demo`: plays the demonstration against the Slipway that runs from this checkout."""

from __future__ import annotations

import os
import sys

from launch import beside, greeting
from launch.places import Places, data_folder
from launch.refusal import told


def main() -> int:
    places = Places(data_folder(os.environ))
    url = beside.url_of_running(places)
    code = beside.run(places, "demo", ["manage.py", "demo", "--against", url, *sys.argv[1:]], url)
    if code == 0:
        print("\n".join(greeting.lines(url, places.demo)))
    return code


if __name__ == "__main__":
    sys.exit(told(main))
