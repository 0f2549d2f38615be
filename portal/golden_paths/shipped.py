"""The paths that come with Slipway: files beside this one."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "paths"


def files() -> list[str]:
    """The text of each, by name."""
    return [path.read_text() for path in sorted(FOLDER.glob("*.yaml"))]
