"""The small house of this floor's tests, and a real zygote for its SQL."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from portal.accounts.models import User
from tests.conftest import NOW, zygote
from tests.pipelines.factories import House
from tests.worlds import Kept

__all__ = ["zygote"]  # the fixture, for those who import it from here


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def house(people: dict[str, User], kept_house: Kept, tmp_path: Path, settings: Settings) -> House:
    settings.DIRECTORY_ROOTS = [tmp_path]
    settings.ARTIFACTS_DIR = tmp_path / "artifacts"
    return kept_house.put_back(people, tmp_path)
