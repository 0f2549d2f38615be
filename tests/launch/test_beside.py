"""Commands beside a running Slipway use its settings and keys, whatever the shell holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import Popen

import pytest

from launch.beside import settings_of
from launch.refusal import Refusal

Python = Callable[..., Popen[str]]


def test_the_keys_of_the_one_that_runs_win(python: Python, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLIPWAY_ENCRYPTION_KEYS", "of-this-shell")
    monkeypatch.setenv("SLIPWAY_AUDIT_KEY", "of-this-shell")
    monkeypatch.setenv("SLIPWAY_ADMIN_PASSWORD", "asked for here")
    running = python("-c", "import signal; signal.pause()", SLIPWAY_ENCRYPTION_KEYS="new,old")
    found = settings_of(running.pid)
    assert found["SLIPWAY_ENCRYPTION_KEYS"] == "new,old"
    assert "SLIPWAY_AUDIT_KEY" not in found  # it signs with the key in its folder
    assert found["SLIPWAY_ADMIN_PASSWORD"] == "asked for here"


def test_settings_that_can_t_be_read_are_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="as the person who started it"):
        settings_of(tmp_path.name)
