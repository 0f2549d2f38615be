"""Who answers for what was seen, and what files keep."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from slipway_cli.endings import Code
from tests.demo.conftest import Played
from tests.demo.typed.conftest import Slipway
from tests.patience import wait_for

READER = "gate-reader"
LINE = {
    "resourceLogs": [
        {
            "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": READER}}]},
            "scopeLogs": [
                {"logRecords": [{"severityText": "INFO", "body": {"stringValue": "open"}}]}
            ],
        }
    ]
}
QUAY = """\
apiVersion: slipway/v1
kind: Team
metadata: {name: quay, title: Quay}
spec: {members: {ines: maintainer}}
"""


@pytest.fixture
def seen(played: Played) -> str:
    """A service that says something, and that nobody had registered."""
    priya = played.person("priya")
    token = priya.post("tokens/", name=READER, scopes=["telemetry"])["secret"]
    httpx.post(
        f"{played.portal.address}/v1/logs",
        json=LINE,
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
    ).raise_for_status()
    wait_for(lambda: any(priya.every("components/", q=READER)), 30, "it was not seen")
    return READER


def test_a_service_is_claimed_once_and_let_go(slipway: Slipway, seen: str) -> None:
    assert slipway("jonas", "claim", seen, "--team", "airline-data").code == Code.NOT_ALLOWED
    assert slipway("priya", "claim", seen).code == Code.USAGE
    claimed = slipway("priya", "claim", seen, "--team", "airline-data")
    assert claimed.out == f"airline-data answers for {seen}\n", claimed
    second = slipway("priya", "claim", seen, "--team", "finance-data")
    assert second.code == Code.REFUSED
    assert "airline-data answers for gate-reader already" in second.aside
    assert slipway("priya", "let-go", seen).code == Code.USAGE
    assert slipway("jonas", "let-go", seen, "-r", "Not ours.").code == Code.NOT_ALLOWED
    gone = slipway("priya", "let-go", seen, "-r", "It was only tried.")
    assert gone.out == f"Nobody answers for {seen} now\n"
    assert slipway("priya", "let-go", seen, "-r", "Once more.").code == Code.REFUSED


def test_a_thing_that_files_kept_is_forgotten_by_them(slipway: Slipway, tmp_path: Path) -> None:
    (tmp_path / "quay.yaml").write_text(QUAY)
    words = ("-f", str(tmp_path), "--source", "quay")
    assert slipway("priya", "apply", *words, "--yes").code == Code.DONE
    assert slipway("jonas", "forget", "Team", "quay").code == Code.NOT_ALLOWED
    forgotten = slipway("priya", "forget", "Team", "quay", "--reason", "It was only tried.")
    assert forgotten.out == "Team quay is kept in no file any more\n", forgotten
    assert slipway("priya", "forget", "Team", "quay").code == Code.REFUSED
    assert slipway("priya", "plan", *words).out.startswith("= Team quay")
