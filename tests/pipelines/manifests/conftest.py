"""The small house, to be kept in files by the platform team."""

from __future__ import annotations

import pytest

from portal.accounts.models import User
from tests.pipelines.factories import House
from tests.portal.manifests.folder import Folder


@pytest.fixture
def folder(house: House, people: dict[str, User]) -> Folder:
    """Empty so far."""
    return Folder(people["priya"])
