"""A control worker of its own, for tests that kill it: `-m tests.deployments.worker ID NOW`."""

from __future__ import annotations

import os
import sys
from datetime import datetime

import django
from django.conf import settings
from django.utils.module_loading import import_string


def main(deployment_id: str, now: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    settings.DEPLOYMENT_TARGETS = {"crate": "tests.deployments.crate.Crates"}
    django.setup()
    work = import_string("deployments.rollouts.operations.work")
    work(deployment_id=deployment_id, worker="its own process", now=datetime.fromisoformat(now))


if __name__ == "__main__":
    main(*sys.argv[1:])
