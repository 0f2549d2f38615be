"""A worker of its own that reads one source, to be killed: `-m … .worker ID NOW FOLDER`.

A file is a batch here, and the repository is one in a folder.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from django.utils.module_loading import import_string


def main(source_id: str, now: str, folder: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    vars(import_module("portal.entities.operations.syncing"))["BATCH_FILES"] = 1
    repository = import_string("portal.entities.trees.Repository")

    @contextmanager
    def opened(_: object, keep_on: Callable[[str], bool]) -> Iterator[Any]:
        yield repository(Path(folder), keep_on)

    work = import_string("portal.entities.operations.work")
    at = datetime.fromisoformat(now)
    work(source_id=source_id, clock=lambda: at, opening=opened)


if __name__ == "__main__":
    main(*sys.argv[1:])
