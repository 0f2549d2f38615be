"""A file that is taken along is whole, or it is not there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from slipway_cli import client
from slipway_cli.__main__ import main
from slipway_cli.endings import Code
from tests.slipway_cli.conftest import SignedIn
from tests.slipway_cli.served import Front


def falling_silent(environ: dict[str, Any], start: Any) -> Iterator[bytes]:
    """As a proxy does whose server is gone in the middle of an answer."""
    start("200 OK", [("Content-Type", "text/csv"), ("Content-Length", "1000")])
    yield b"kind,who\n"


def test_what_breaks_off_leaves_no_half_of_a_file(
    slipway: Front,
    signed_in: SignedIn,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client, "LONG", httpx.Timeout(0.5))
    signed_in("priya")
    slipway.instead = falling_silent
    assert main(["access-review", "-o", str(tmp_path / "access.csv")]) == Code.UNREACHABLE
    said = capsys.readouterr().err
    assert f"{slipway.address} broke off: it takes too long." in said
    assert "It is not whole: ask again." in said
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith("access")] == []


def test_it_is_kept_as_it_came_and_read_by_the_same_words(
    slipway: Front, signed_in: SignedIn, tmp_path: Path
) -> None:
    signed_in("priya", "read")
    kept = tmp_path / "access.jsonl"
    assert main(["access-review", "--json", "-o", str(kept)]) == Code.DONE
    assert '"person":"priya"' in kept.read_text().replace(" ", "")
    assert slipway.asked == ["/api/v1/access-review/?as=jsonl"]
