"""Runs as bars: what colour and shape say."""

from __future__ import annotations

from pipelines.runs.bars import Seen, small, strip


def ran(
    number: int, seconds: float = 1.0, state: str = "succeeded", *, wrong: bool = False
) -> Seen:
    return Seen(number, state, seconds, is_rejected=wrong)


def test_the_slowest_is_the_highest_and_slow_is_said() -> None:
    drawn = strip([ran(1), ran(2), ran(3, 4.0)])
    assert [bar.outcome for bar in drawn.bars] == ["good", "good", "slow"]
    assert max(drawn.bars, key=lambda bar: bar.height).number == 3
    assert drawn.words == "3 runs: 2 succeeded, 1 slow."


def test_what_was_rejected_afterwards_is_wrong_however_well_it_ended() -> None:
    drawn = strip([ran(1), ran(2, wrong=True), ran(3, state="failed")])
    assert [(tone, count) for tone, _, count in drawn.legend] == [
        ("good", 1),
        ("bad", 1),
        ("bad", 1),
    ]


def test_few_runs_stand_at_the_right() -> None:
    drawn = strip([ran(1)])
    assert drawn.bars[0].x + drawn.bars[0].width == drawn.width


def test_no_runs_draw_nothing() -> None:
    assert strip([]).bars == ()


def test_a_small_strip_makes_failures_taller() -> None:
    drawn = small(["succeeded", "failed"])
    assert drawn.bars[1].height > drawn.bars[0].height
    assert drawn.words == "1 of the last 2 runs failed"
