"""Rows of many requests are written together; who brings what can't be stored fails alone."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from observability.logs.stores.base import StoreError
from observability.otlp import gathering
from observability.otlp.gathering import Full, Gatherer


class Written:
    """A writer that waits until it may, and refuses what is poison."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.may = threading.Event()
        self.may.set()

    def __call__(self, rows: Sequence[str]) -> None:
        assert self.may.wait(20)
        if "poison" in rows:
            raise StoreError("It can't be stored.", permanent=True)
        if "down" in rows:
            raise StoreError("It is down.", permanent=False)
        self.batches.append(list(rows))


def add_all(gatherer: Gatherer, parts: list[list[str]]) -> list[BaseException | None]:
    """Each in a thread of its own; how each ended."""
    ended: list[BaseException | None] = [None] * len(parts)

    def bring(number: int) -> None:
        try:
            gatherer.add(parts[number])
        except (StoreError, Full) as error:
            ended[number] = error

    threads = [threading.Thread(target=bring, args=(n,)) for n in range(len(parts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return ended


def behind(
    gatherer: Gatherer, writer: Written, parts: list[list[str]]
) -> list[BaseException | None]:
    """These while a first batch is being written, so that they make one batch."""
    writer.may.clear()
    first = threading.Thread(target=gatherer.add, args=(["first"],))
    first.start()
    while not gatherer._writing.locked():
        pass
    waiting = sum(len(part) for part in parts) + 1

    def let_go() -> None:
        while gatherer._waiting < waiting:
            pass
        writer.may.set()

    threading.Thread(target=let_go).start()
    ended = add_all(gatherer, parts)
    first.join(20)
    return ended


def test_alone_one_does_not_wait() -> None:
    writer = Written()
    Gatherer(writer).add(["a", "b"])
    assert writer.batches == [["a", "b"]]


def test_what_comes_while_one_writes_is_written_together() -> None:
    writer = Written()
    ended = behind(Gatherer(writer), writer, [["a"], ["b"], ["c"]])
    assert ended == [None] * 3
    assert writer.batches[0] == ["first"]
    assert sorted(writer.batches[1]) == ["a", "b", "c"]


def test_poison_fails_alone() -> None:
    writer = Written()
    ended = behind(Gatherer(writer), writer, [["a"], ["poison"], ["c"]])
    assert [type(error) for error in ended] == [type(None), StoreError, type(None)]
    assert sorted(writer.batches) == [["a"], ["c"], ["first"]]


def test_when_the_store_is_down_everyone_hears_it() -> None:
    writer = Written()
    ended = behind(Gatherer(writer), writer, [["down"], ["b"]])
    assert all(isinstance(error, StoreError) and not error.permanent for error in ended)


def test_more_than_fits_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "MOST_WAITING", 3)
    writer = Written()
    gatherer = Gatherer(writer)
    writer.may.clear()
    first = threading.Thread(target=gatherer.add, args=(["a", "b"],))
    first.start()
    while gatherer._waiting < 2:
        pass
    with pytest.raises(Full):
        gatherer.add(["c", "d"])
    writer.may.set()
    first.join(20)
    gatherer.add(["c", "d"])
    assert writer.batches == [["a", "b"], ["c", "d"]]


def test_who_is_on_the_way_is_waited_for_a_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "PATIENCE", 20)
    writer = Written()
    gatherer = Gatherer(writer)
    with gatherer.coming():
        first = threading.Thread(target=gatherer.add, args=(["a"],))
        first.start()
        while gatherer._open is None:
            pass
        second = threading.Thread(target=gatherer.add, args=(["b"],))
        second.start()
        while gatherer._waiting < 2:
            pass
        assert writer.batches == []
    first.join(20)
    second.join(20)
    assert writer.batches == [["a", "b"]]
