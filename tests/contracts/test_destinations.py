"""What every destination promises: a path holds one complete file or none, never an older one."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.deliveries.destinations.base import Destination, DestinationError, Parcel
from pipelines.deliveries.destinations.directory import DirectoryDestination
from pipelines.deliveries.ranks import rank

INSTANT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
RUN = UUID(int=7)


@pytest.fixture(params=[DirectoryDestination])
def destination(request: pytest.FixtureRequest) -> Destination:
    return request.param()


def parcel(folder: Path, text: str, *, revision: int = 1, attempt: int = 1, path: str = "a/1.csv"):
    content = folder / f"content-{revision}-{attempt}"
    content.write_text(text)
    return Parcel(
        address=str(folder / "drop"),
        path=path,
        content=content,
        rank=rank(instant=INSTANT, run_id=RUN, revision=revision),
        attempt=attempt,
    )


def shown(folder: Path) -> dict[str, str]:
    """What a client sees: files that are not hidden."""
    drop = folder / "drop"
    return {
        str(path.relative_to(drop)): path.read_text()
        for path in drop.rglob("*")
        if path.is_file() and ".slipway" not in path.parts
    }


def test_nothing_is_seen_before_it_is_published(destination: Destination, tmp_path: Path) -> None:
    destination.prepare(parcel(tmp_path, "new"))
    assert shown(tmp_path) == {}


def test_the_whole_file_is_seen_after_it_was_published(
    destination: Destination, tmp_path: Path
) -> None:
    one = parcel(tmp_path, "all of it")
    prepared = destination.prepare(one)
    destination.publish(one, prepared)
    assert shown(tmp_path) == {"a/1.csv": "all of it"}
    assert prepared.bytes == 9
    assert prepared.checksum == f"sha256:{hashlib.sha256(b'all of it').hexdigest()}"


def test_publishing_replaces_the_older_file_at_once(
    destination: Destination, tmp_path: Path
) -> None:
    for revision, text in ((1, "old"), (2, "new")):
        one = parcel(tmp_path, text, revision=revision)
        destination.publish(one, destination.prepare(one))
    assert shown(tmp_path) == {"a/1.csv": "new"}


def test_a_worker_that_wakes_late_finds_nothing_left_to_publish(
    destination: Destination, tmp_path: Path
) -> None:
    late = parcel(tmp_path, "old", revision=1)
    prepared = destination.prepare(late)
    newer = parcel(tmp_path, "new", revision=2)
    newly = destination.prepare(newer)
    destination.clear(newer, including_own=False)
    destination.publish(newer, newly)
    with pytest.raises(DestinationError, match="took over"):
        destination.publish(late, prepared)
    assert shown(tmp_path) == {"a/1.csv": "new"}


def test_clearing_leaves_what_ranks_above_and_other_paths(
    destination: Destination, tmp_path: Path
) -> None:
    above = parcel(tmp_path, "above", revision=3)
    beside = parcel(tmp_path, "beside", path="a/2.csv")
    kept = [(one, destination.prepare(one)) for one in (above, beside)]
    destination.clear(parcel(tmp_path, "mine", revision=2), including_own=True)
    for one, prepared in kept:
        destination.publish(one, prepared)
    assert shown(tmp_path) == {"a/1.csv": "above", "a/2.csv": "beside"}


def test_a_second_try_of_one_delivery_clears_the_first(
    destination: Destination, tmp_path: Path
) -> None:
    first, second = parcel(tmp_path, "x"), parcel(tmp_path, "x", attempt=2)
    lost = destination.prepare(first)
    prepared = destination.prepare(second)
    destination.clear(second, including_own=False)
    destination.publish(second, prepared)
    with pytest.raises(DestinationError):
        destination.publish(first, lost)


def test_nothing_stays_behind_when_it_is_cleared_with_its_own(
    destination: Destination, tmp_path: Path
) -> None:
    one = parcel(tmp_path, "secret")
    destination.prepare(one)
    destination.clear(one, including_own=True)
    assert [path for path in (tmp_path / "drop").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("path", ["../out.csv", "/etc/out.csv", "a/../../out.csv", ".hidden", "."])
def test_a_path_that_leaves_the_place_is_refused(
    destination: Destination, tmp_path: Path, path: str
) -> None:
    with pytest.raises(DestinationError, match="leaves") as refused:
        destination.prepare(parcel(tmp_path, "x", path=path))
    assert refused.value.permanent


def test_a_link_inside_the_folder_does_not_lead_out(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "a").symlink_to(outside)
    with pytest.raises(DestinationError, match="leaves"):
        DirectoryDestination().prepare(parcel(tmp_path, "x"))
    assert list(outside.iterdir()) == []


def test_a_place_that_cannot_be_written_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "drop").write_text("a file where a folder is wanted")
    with pytest.raises(DestinationError, match=r"a/1\.csv can't be written to"):
        DirectoryDestination().prepare(parcel(tmp_path, "x"))


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


def test_it_tells_what_stands_at_a_path(destination: Destination, tmp_path: Path) -> None:
    one = parcel(tmp_path, "all of it")
    assert destination.standing(one) == ""
    prepared = destination.prepare(one)
    assert destination.standing(one) == ""
    destination.publish(one, prepared)
    assert destination.standing(one) == prepared.checksum
