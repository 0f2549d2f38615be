"""The examples of docs/how-to work as they stand beside a portal that has played the story.

They touch airport-weather only, which is why the other tests of this folder look elsewhere.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from launch.places import ROOT
from tests.demo.conftest import Played

GUIDES = sorted((ROOT / "docs" / "how-to").glob("*.md"))
EXAMPLE = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
# What a page shows being refused, by its file and the words of the answer.
REFUSED = {
    "register": ("mnth", "mean_delay_minutes"),
    "roll-back": ("no way back", "already", "was rejected by Ines Marsh"),
}


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.stem)
def test_every_example_works(played: Played, guide: Path) -> None:
    examples = EXAMPLE.findall(guide.read_text())
    assert examples, f"{guide.name} has no example"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(examples)],
        cwd=ROOT,
        env={**played.portal.environment("how-to"), "NO_PROXY": "*"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    expected = REFUSED.get(guide.stem, ())
    problems = re.findall(r'"type": ?"urn:slipway:problem:[^"]*".*?"detail": ?"[^"]*', done.stdout)
    assert len(problems) == len(expected) - (guide.stem == "register"), done.stdout
    for words in expected:
        assert words in done.stdout
