"""What a job waited for in vain: the code says so, and what was seen last is printed."""

from __future__ import annotations

import json

import pytest

from slipway_cli.__main__ import main
from slipway_cli.endings import Code

pytestmark = pytest.mark.usefixtures("agreeing")


def test_a_go_ahead_is_not_waited_for_and_what_wants_it_is_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["advance", "17", "--wait", "--json"]) == Code.WAITS_FOR_A_PERSON
    told = capsys.readouterr()
    assert json.loads(told.out)["number"] == 17
    assert "waits for a person" in json.loads(told.err.splitlines()[-1])["detail"]


def test_what_goes_on_without_anybody_is_printed_as_it_was_seen_last(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = ["run", "x", "-e", "staging", "--wait", "--timeout", "0", "--json"]
    assert main(asked) == Code.STILL_GOING
    assert json.loads(capsys.readouterr().out)["state"] == "queued"
