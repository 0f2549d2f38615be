"""Who tells waits for nothing: what does not fit is dropped, what is not taken is sent again."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

import pytest

from observability.instrumentation.sending import ENOUGH, MOST, Sender
from observability.logs.stores.base import StoreError
from tests.patience import wait_for


class Slow:
    """Somebody who takes nothing until they are let."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.may = threading.Event()

    def __call__(self, batch: Sequence[Any]) -> None:
        self.may.wait(30)
        self.taken += batch


def test_what_is_added_is_sent_together_within_about_two_seconds() -> None:
    batches: list[list[int]] = []
    sender = Sender(lambda batch: batches.append(list(batch)))
    for number in range(3):
        sender.add(number)
    wait_for(lambda: batches, 5)
    assert batches == [[0, 1, 2]]
    assert (sender.counts.sent, sender.counts.dropped) == (3, 0)
    sender.stop()


def test_many_are_not_waited_for() -> None:
    batches: list[int] = []
    sender = Sender(lambda batch: batches.append(len(batch)))
    for number in range(ENOUGH + 2):
        sender.add(number)
    assert sender.flush(5)
    assert sum(batches) == ENOUGH + 2
    sender.stop()


def test_a_store_that_hangs_costs_who_tells_nothing_and_is_counted() -> None:
    hanging = Slow()
    sender = Sender(hanging)
    sender.add("first")
    time.sleep(2.5)  # it hangs with that one
    began = time.perf_counter()
    for number in range(MOST + 100):
        sender.add(number)
    assert time.perf_counter() - began < 1
    assert sender.counts.dropped == 100
    assert sender.waiting == MOST
    hanging.may.set()
    assert sender.flush(10)
    assert sender.counts.sent == MOST + 1
    sender.stop()


def test_what_a_store_that_is_away_did_not_take_is_sent_again() -> None:
    tries: list[Sequence[Any]] = []

    def away(batch: Sequence[Any]) -> None:
        tries.append(batch)
        if len(tries) == 1:
            raise StoreError("It does not answer.", permanent=False)

    sender = Sender(away)
    sender.add("kept")
    wait_for(lambda: sender.counts.message, 5)
    assert sender.counts.message == "It does not answer."
    wait_for(lambda: len(tries) == 2, 5)
    assert sender.flush(5)
    assert (sender.counts.sent, sender.counts.dropped, sender.counts.message) == (1, 0, "")
    sender.stop()


def test_what_can_never_be_taken_is_dropped_and_the_rest_goes_on() -> None:
    taken: list[Any] = []

    def picky(batch: Sequence[Any]) -> None:
        if "bad" in batch:
            raise StoreError("It can't be stored.", permanent=True)
        if "bug" in batch:
            raise ValueError("nobody foresaw it")
        taken.extend(batch)

    sender = Sender(picky)
    for record in ("bad", "bug", "good"):
        sender.add(record)
        assert sender.flush(5)
    assert taken == ["good"]
    assert (sender.counts.sent, sender.counts.dropped) == (1, 2)
    sender.stop()


def test_the_end_of_a_process_sends_what_is_left() -> None:
    taken: list[Any] = []
    sender = Sender(taken.extend)
    sender.add("last")
    sender.stop()
    assert taken == ["last"]


def test_what_is_not_sent_is_told_of_as_well() -> None:
    told: list[tuple[int, str]] = []

    def refusing(batch: Sequence[Any]) -> None:
        raise StoreError("Nobody there.", permanent="bad" in batch)

    sender = Sender(refusing, after=lambda: told.append(_counted(sender)))
    sender.add("bad")
    wait_for(lambda: told, 5)
    assert told == [(1, "Nobody there.")]
    sender.add("kept for later")
    wait_for(lambda: len(told) > 1, 5)
    assert told[1] == (1, "Nobody there.")  # nothing is lost yet, but it does not go well
    sender.stop()
    assert sender.counts.dropped == 2


def _counted(sender: Sender) -> tuple[int, str]:
    return sender.counts.dropped, sender.counts.message


def test_what_is_left_in_a_process_that_ends_is_counted_as_dropped() -> None:
    hanging = Slow()
    sender = Sender(hanging)
    sender.add("it hangs with this one")
    wait_for(lambda: sender.waiting == 0, 10)
    for number in range(7):
        sender.add(number)
    sender.stop(0.1)
    assert sender.counts.dropped == 8
    sender.add("after the end")
    assert sender.counts.dropped == 9
    hanging.may.set()
    assert sender._thread
    sender._thread.join(10)
    assert (sender.counts.sent, sender.counts.dropped, sender.waiting) == (0, 9, 0)


def test_a_store_that_is_away_at_the_end_is_asked_once_not_for_every_batch() -> None:
    tries: list[int] = []

    def away(batch: Sequence[Any]) -> None:
        tries.append(len(batch))
        raise StoreError("It is away.", permanent=False)

    sender = Sender(away)
    sender.add("first")
    wait_for(lambda: tries, 5)
    for number in range(3 * ENOUGH):
        sender.add(number)
    sender.stop(10)
    assert len(tries) == 2
    assert sender.counts.dropped == 3 * ENOUGH + 1


def test_a_full_queue_at_the_end_of_a_process_is_counted_to_the_last_record() -> None:
    hanging = Slow()
    sender = Sender(hanging)
    sender.add("first")
    wait_for(lambda: sender.waiting == 0, 10)
    for number in range(MOST + 5):
        sender.add(number)
    sender.stop(0.1)
    assert sender.counts.dropped == MOST + 5 + 1
    hanging.may.set()


@pytest.mark.parametrize(
    "fault",
    [
        StoreError("It can't be stored.", permanent=True),
        StoreError("It is away.", permanent=False),
        ValueError("nobody foresaw it"),
    ],
    ids=["refused", "away", "bug"],
)
def test_a_batch_that_was_given_up_is_counted_once_whatever_comes_of_it(fault: Exception) -> None:
    hanging = Slow()

    def failing(batch: Sequence[Any]) -> None:
        hanging(batch)
        raise fault

    sender = Sender(failing)
    sender.add("it hangs with this one")
    wait_for(lambda: sender.waiting == 0, 10)
    sender.stop(0.1)
    assert sender.counts.dropped == 1
    hanging.may.set()
    assert sender._thread
    sender._thread.join(10)
    assert not sender._thread.is_alive()
    assert (sender.counts.sent, sender.counts.dropped) == (0, 1)
