"""A name that nothing has is refused, and never answered with nothing."""

from __future__ import annotations

import pytest

from observability.known_names import refuse_environment, refuse_unknown
from portal.errors import NotFound
from tests.whole_house import Whole

KNOWN = ["staging", "production"]


def test_an_environment_that_there_is_not_is_named() -> None:
    with pytest.raises(NotFound, match="There is no environment called “stagin”"):
        refuse_environment("stagin", KNOWN)
    for fine in ("", "staging"):
        refuse_environment(fine, KNOWN)
    refuse_environment("anywhere", [])  # before there are any


def test_both_are_looked_up_where_they_are_kept(whole: Whole) -> None:
    refuse_unknown(component=whole.component.name, environment="staging")
    refuse_unknown(component="slipway", environment="")
    for asked in (
        {"component": "chekout", "environment": ""},
        {"component": "", "environment": "x"},
    ):
        with pytest.raises(NotFound):
            refuse_unknown(**asked)
