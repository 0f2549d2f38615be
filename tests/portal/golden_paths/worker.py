"""A control worker of its own, to be killed: `-m tests.portal.golden_paths.worker ID NOW`."""

from __future__ import annotations

import os
import sys
from datetime import datetime

import django
from django.conf import settings
from django.utils.module_loading import import_string


def main(path_run_id: str, now: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    shelf = import_string("tests.portal.golden_paths.shelf.Shelf")
    steps = import_string("tests.portal.golden_paths.shelf.STEPS")
    settings.GOLDEN_PATH_STEPS = {**settings.GOLDEN_PATH_STEPS, **steps}
    shelf.looks = 0
    work = import_string("portal.golden_paths.operations.work")
    work(path_run_id=path_run_id, worker="its own process", now=datetime.fromisoformat(now))


if __name__ == "__main__":
    main(*sys.argv[1:])
