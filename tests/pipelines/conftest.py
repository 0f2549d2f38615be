"""The small house of this floor's tests, and a real zygote for its SQL."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from launch.places import PYTHON, ROOT
from portal.accounts.models import Team, User
from tests.conftest import NOW
from tests.pipelines.factories import House, build
from tests.portal_places import wait_for


@pytest.fixture(scope="session")
def zygote() -> Iterator[str]:
    """The socket of a zygote of these tests' own."""
    folder = Path(tempfile.mkdtemp(prefix="slipway-zygote-"))
    socket = folder / "zygote.sock"
    process = subprocess.Popen(
        [str(PYTHON), "-m", "pipelines.engines.zygote", "--socket", str(socket)],
        cwd=ROOT,
        env={},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    before = os.environ.get("SLIPWAY_ZYGOTE")
    os.environ["SLIPWAY_ZYGOTE"] = django_settings.ZYGOTE_SOCKET = str(socket)
    try:
        wait_for(socket.exists, 20, lambda: "the zygote did not start")
        yield str(socket)
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)
        if before is not None:
            os.environ["SLIPWAY_ZYGOTE"] = before


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def house(
    people: Mapping[str, User],
    airline_data: Team,
    tmp_path: Path,
    settings: Settings,
    zygote: str,
) -> House:
    settings.DIRECTORY_ROOTS = [tmp_path]
    settings.ARTIFACTS_DIR = tmp_path / "artifacts"
    return build(people, airline_data, tmp_path, now=NOW)
