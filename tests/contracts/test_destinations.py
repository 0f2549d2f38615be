"""What every destination promises: a client has one whole result or none, never an older one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from pipelines.deliveries.destinations.base import DestinationError, Parcel, Prepared, Seen
from pipelines.deliveries.destinations.directory import DirectoryDestination
from pipelines.deliveries.ranks import rank
from tests.contracts.places import INSTANT, Folder, Place, Table, all_of_them, parcel

KINDS = ["directory", "postgres", "webhook"]
WITH_PLACES = ["directory", "postgres"]


@pytest.fixture(scope="module")
def places() -> Iterator[dict[str, Place]]:
    with all_of_them() as found:
        yield found


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, places: dict[str, Place]) -> Place:
    return places[request.param]


@pytest.fixture(params=WITH_PLACES)
def keeping(request: pytest.FixtureRequest, places: dict[str, Place]) -> Place:
    """A destination where a delivery replaces what stands there."""
    return places[request.param]


def deliver(place: Place, one: Parcel) -> Prepared:
    """All steps, in the order of a worker."""
    prepared = place.destination.prepare(one)
    try:
        place.destination.clear(one, including_own=False)
        place.destination.publish(one, prepared)
        place.destination.confirm(one, prepared)
    finally:
        place.destination.release(one, prepared)
    return prepared


def test_nothing_is_seen_before_it_is_published(place: Place, tmp_path: Path) -> None:
    one = parcel(place, tmp_path, "1,new\n")
    prepared = place.destination.prepare(one)
    assert place.shown(tmp_path) == set()
    place.destination.release(one, prepared)
    assert place.shown(tmp_path) == set()


def test_all_of_it_is_seen_after_it_was_published(place: Place, tmp_path: Path) -> None:
    text = "1,all\n2,of it\n"
    prepared = deliver(place, parcel(place, tmp_path, text))
    assert place.shown(tmp_path) == {text}
    assert prepared.bytes == len(text)
    assert prepared.checksum == f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
    assert prepared.location


def test_a_second_try_of_one_delivery_changes_nothing(place: Place, tmp_path: Path) -> None:
    for attempt in (1, 2):
        deliver(place, parcel(place, tmp_path, "1,x\n", attempt=attempt))
    assert place.shown(tmp_path) == {"1,x\n"}


def test_a_try_that_was_given_up_does_not_hinder_the_next(place: Place, tmp_path: Path) -> None:
    lost = parcel(place, tmp_path, "1,x\n")
    prepared = place.destination.prepare(lost)
    place.destination.release(lost, prepared)
    deliver(place, parcel(place, tmp_path, "1,x\n", attempt=2))
    assert place.shown(tmp_path) == {"1,x\n"}


def test_trying_a_place_leaves_nothing_there(place: Place, tmp_path: Path) -> None:
    where = place.where(tmp_path)
    options = where.get("options", {})
    trial = place.destination.test(
        where["address"], secret=where.get("secret", ""), options=options
    )
    assert trial.summary
    assert place.shown(tmp_path) == set()


def test_publishing_replaces_what_stood_there(keeping: Place, tmp_path: Path) -> None:
    for revision, text in ((1, "1,old\n2,old\n"), (2, "1,new\n")):
        deliver(keeping, parcel(keeping, tmp_path, text, revision=revision))
    assert keeping.shown(tmp_path) == {"1,new\n"}


def test_a_worker_that_wakes_late_publishes_nothing(keeping: Place, tmp_path: Path) -> None:
    """It had prepared and was suspended; another one that ranks above was quicker."""
    late = parcel(keeping, tmp_path, "1,old\n", revision=1)
    if isinstance(keeping, Table):
        deliver(keeping, parcel(keeping, tmp_path, "1,new\n", revision=2))
        with pytest.raises(DestinationError, match="Something newer stands there"):
            keeping.destination.prepare(late)
    else:
        prepared = keeping.destination.prepare(late)
        deliver(keeping, parcel(keeping, tmp_path, "1,new\n", revision=2))
        with pytest.raises(DestinationError, match="took over"):
            keeping.destination.publish(late, prepared)
    assert keeping.shown(tmp_path) == {"1,new\n"}


def test_a_worker_that_sleeps_in_the_middle_loses_its_session_and_hinders_nobody(
    places: dict[str, Place], tmp_path: Path, settings: Settings
) -> None:
    settings.IDLE_IN_TRANSACTION_SECONDS = 1
    table = places["postgres"]
    late = parcel(table, tmp_path, "1,old\n", revision=1)
    prepared = table.destination.prepare(late)  # it holds the lock on the note
    deliver(table, parcel(table, tmp_path, "1,new\n", revision=2))
    with pytest.raises(DestinationError, match=r"session .* was ended") as refused:
        table.destination.publish(late, prepared)
    assert not refused.value.permanent
    table.destination.release(late, prepared)
    assert table.shown(tmp_path) == {"1,new\n"}


def test_nothing_stays_behind_when_it_is_cleared(keeping: Place, tmp_path: Path) -> None:
    one = parcel(keeping, tmp_path, "1,secret\n")
    prepared = keeping.destination.prepare(one)
    if isinstance(keeping, Table):
        prepared.kept.close()  # as if the worker had been killed
    keeping.destination.clear(one, including_own=True)
    assert keeping.shown(tmp_path) == set()
    if isinstance(keeping, Table):
        assert keeping.left_behind() == []
    else:
        assert [path for path in (tmp_path / "drop").rglob("*") if path.is_file()] == []


def test_it_tells_what_stands_there(keeping: Place, tmp_path: Path) -> None:
    one = parcel(keeping, tmp_path, "1,all of it\n")
    assert keeping.destination.standing(one) == Seen()
    prepared = deliver(keeping, one)
    assert keeping.destination.standing(one) == Seen(prepared.checksum)


@pytest.mark.parametrize(
    ("kind", "entry", "words"),
    [
        ("directory", {"format": "csv"}, ""),
        ("directory", {"table": "a.b"}, "A folder has no tables"),
        ("directory", {}, "Say in which `format`"),
        ("webhook", {"format": "jsonl"}, ""),
        ("webhook", {"format": "jsonl", "path": "x"}, "A webhook has no paths"),
        ("webhook", {"table": "a.b"}, "A webhook has no tables"),
        ("postgres", {"table": "reports.x", "mode": "upsert"}, ""),
        ("postgres", {"table": "a.b", "path": "x"}, "A database takes tables, not files"),
        ("postgres", {"format": "csv"}, "A database takes tables, not files"),
        ("postgres", {"table": "a.b.c"}, "is no name of a table"),
    ],
)
def test_what_a_kind_can_not_take_is_said(
    places: dict[str, Place], kind: str, entry: dict[str, str], words: str
) -> None:
    said = places[kind].destination.problem(entry)
    assert words in said
    assert bool(said) == bool(words)


def test_what_a_kind_asks_for_is_all_that_it_takes(place: Place) -> None:
    """Forms show what it asks for, and files that say only that are taken."""
    every = {"format": "csv", "path": "a/1.csv", "table": "public.x", "mode": "upsert"}
    asks = place.destination.asks
    begun = {word: text.replace("{name}", "busy_days") for word, text in asks.items() if text}
    assert place.destination.problem(begun) == ""
    assert place.destination.problem({word: every[word] for word in asks}) == ""
    for word in every.keys() - asks.keys():
        assert place.destination.problem({**begun, word: every[word]})


def test_clearing_leaves_what_ranks_above_and_other_paths(tmp_path: Path) -> None:
    place, drop = Folder(), DirectoryDestination()
    above = parcel(place, tmp_path, "above", revision=3)
    beside = parcel(place, tmp_path, "beside", path="a/2.csv")
    kept = [(one, drop.prepare(one)) for one in (above, beside)]
    drop.clear(parcel(place, tmp_path, "mine", revision=2), including_own=True)
    for one, prepared in kept:
        drop.publish(one, prepared)
    assert place.shown(tmp_path) == {"above", "beside"}


@pytest.mark.parametrize("path", ["../out.csv", "/etc/out.csv", "a/../../out.csv", ".hidden", "."])
def test_a_path_that_leaves_the_place_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(DestinationError, match="leaves") as refused:
        DirectoryDestination().prepare(parcel(Folder(), tmp_path, "x", path=path))
    assert refused.value.permanent


def test_a_link_inside_the_folder_does_not_lead_out(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "a").symlink_to(outside)
    with pytest.raises(DestinationError, match="leaves"):
        DirectoryDestination().prepare(parcel(Folder(), tmp_path, "x"))
    assert list(outside.iterdir()) == []


def test_a_place_that_cannot_be_written_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "drop").write_text("a file where a folder is wanted")
    with pytest.raises(DestinationError, match=r"a/1\.csv can't be written to"):
        DirectoryDestination().prepare(parcel(Folder(), tmp_path, "x"))


@given(
    st.lists(
        st.tuples(st.integers(0, 10**6), st.integers(0, 3), st.integers(1, 999_999)),
        min_size=2,
        max_size=8,
    )
)
def test_ranks_sort_by_instant_then_run_then_revision(keys: list[tuple[int, int, int]]) -> None:
    def text(key: tuple[int, int, int]) -> str:
        seconds, run, revision = key
        instant = INSTANT + timedelta(seconds=seconds)
        return rank(instant=instant, run_id=UUID(int=run), revision=revision)

    assert sorted(keys) == sorted(keys, key=text)
