"""The clock tells of its troubles, and loads nothing for that before it has any."""

from __future__ import annotations

import os
import subprocess

import pytest

from launch.places import PYTHON, ROOT
from observability.instrumentation.models import Outlet
from observability.logs.models import LogRecord
from tests import databases

CLOCK = """
import logging, sys
import portal.ticks
log = logging.getLogger("celery.beat.test")
log.info("ticking")
assert "psycopg" not in sys.modules, "a clock that ticks needs no tables"
log.error("The broker is away: password=hunter2")
logging.getLogger("anything").info("ticking again")
"""


@pytest.mark.django_db(transaction=True)
def test_a_clock_in_trouble_says_so_where_everything_else_is_told() -> None:
    told = os.environ | {"DATABASE_URL": databases.url(), "SLIPWAY_PROCESS": "beat"}
    ended = subprocess.run(
        [str(PYTHON), "-c", CLOCK], cwd=ROOT, env=told, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.count("The broker is away") == 1
    line = LogRecord.objects.get()
    assert (line.message, line.severity) == ("The broker is away: password=•••", 17)
    assert line.attributes["resource"]["service.name"] == "slipway-beat"
    assert Outlet.objects.get().process == "beat"
