"""What is typed behind an option: read as it is meant, or refused."""

from __future__ import annotations

import pytest

from slipway_cli.endings import Code, Ended
from slipway_cli.options import parameters


def test_a_parameter_is_what_json_means_by_it_else_a_text() -> None:
    found = parameters(["month=1", "day=2013-01-01", "sites=[1, 2]", "empty="])
    assert found == {"month": 1, "day": "2013-01-01", "sites": [1, 2], "empty": ""}


def test_a_parameter_that_is_given_twice_is_refused() -> None:
    with pytest.raises(Ended) as ended:
        parameters(["month=1", "month=2"], "--answer")
    assert ended.value.code == Code.USAGE
    assert "“month” is given twice: say --answer month= once." in str(ended.value)
