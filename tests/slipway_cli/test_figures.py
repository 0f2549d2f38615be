"""What `slipway dora` says its figures are made of."""

from __future__ import annotations

from typing import Any

import pytest

from slipway_cli.commands import looking
from slipway_cli.showing import Screen

RATE = "change_fail_rate"


def report(*rates: float | None) -> dict[str, Any]:
    own = [{"figures": {RATE: {"value": rate, "n": 1, "open": 0}}} for rate in rates]
    figure = {"metric": RATE, "value": 0.0, "before": None, "unit": "share", "n": 5}
    span = {"since": "2026-11-01T12:00:00Z", "until": "2026-11-20T12:00:00Z"}
    return {"environment": "production", "components": own, "figures": [figure], **span}


def said(seen: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> str:
    looking._figures(Screen(as_json=False), seen)
    return " ".join(capsys.readouterr().out.split())


def test_figures_of_several_components_are_called_medians(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = said(report(0.0, 0.0, 1.0, None), capsys)
    assert "; each figure is the median of 4 components" in words
    assert "change fail rate 0.0% – 5 3 components" in words


def test_a_figure_of_one_component_is_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    words = said(report(0.0), capsys)
    assert "median" not in words
    assert words.endswith("change fail rate 0.0% – 5")
