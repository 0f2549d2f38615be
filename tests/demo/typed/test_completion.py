"""What a shell offers when Tab is pressed: commands, options, and names out of the portal."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from tests.demo.typed.conftest import Job
from tests.patience import wait_for

Offered = Callable[[str], list[str]]


@pytest.fixture
def offered(job: Callable[[str], Job], tmp_path: Path) -> Offered:
    """`offered("slipway deploy ca")`: as bash asks, each time at a new machine of Jonas'."""
    machine, numbers = job("jonas"), count()

    def at(typed: str) -> list[str]:
        said = machine.run(
            "slipway",
            XDG_CACHE_HOME=str(tmp_path / f"cache{next(numbers)}"),
            _SLIPWAY_COMPLETE="complete_bash",
            COMP_WORDS=typed,
            COMP_CWORD=str(len(typed.split(" ")) - 1),
        )
        assert said.aside == ""
        return said.out.split()

    return at


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("slipway status carrier-p", "carrier-punctuality"),
        ("slipway run carrier-punctuality --env pro", "production"),
        ("slipway promote carrier-punctuality --to stag", "staging"),
        ("slipway claim turnstile --team air", "airline-data"),
        ("slipway queue pause deli", "deliveries"),
        ("slipway path start dep", "deprecate-component"),
    ],
)
def test_names_are_those_of_the_portal(offered: Offered, typed: str, name: str) -> None:
    """A machine that has much else to do answers too late now and then: Tab is pressed again."""
    wait_for(lambda: name in offered(typed), 60, f"{name} is not offered")


def test_what_is_no_name_is_offered_without_asking(offered: Offered) -> None:
    assert offered("slipway ro") == ["rollback"]
    assert offered("slipway path un") == ["undo"]
    assert "--unless-live" in offered("slipway deploy carrier-punctuality 1 --unl")
