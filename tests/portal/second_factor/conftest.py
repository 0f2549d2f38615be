"""Mira, who has a second factor."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.portal.second_factor.doing import App, enrolled


@pytest.fixture
def mira(browser: Callable[[str], Client]) -> tuple[App, list[str]]:
    return enrolled(browser("mira"))
