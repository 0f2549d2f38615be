"""Which folders a binding may name: no way around by words or by links."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.connections.addresses import Grounds, NotAnAddress, destination, grounds, source


@pytest.fixture
def ground(tmp_path: Path) -> Grounds:
    for name in ("data", "outside", "data/artifacts/results", "data/feeds"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "data/file").write_text("x")
    (tmp_path / "data/out").symlink_to(tmp_path / "outside")
    (tmp_path / "data/mine").symlink_to(tmp_path / "data/artifacts")
    (tmp_path / "data/inside").symlink_to(tmp_path / "data/feeds")
    (tmp_path / "data/round").symlink_to(tmp_path / "data/round")
    return grounds([tmp_path / "data"], [tmp_path / "data/artifacts"])


@pytest.mark.parametrize("find", [source, destination])
@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("data/feeds", "not absolute"),
        ("", "not absolute"),
        ("~/feeds", "not absolute"),
        ("{tmp}/outside", "outside of the folders"),
        ("{tmp}/data/../outside", "outside of the folders"),
        ("{tmp}/data/out", "it leads to"),
        ("{tmp}/data/out/deeper", "outside of the folders"),
        ("/etc", "outside of the folders"),
        ("{tmp}/database", "outside of the folders"),
        ("{tmp}/data/artifacts", "the portal's own"),
        ("{tmp}/data/artifacts/results", "the portal's own"),
        ("{tmp}/data/mine/results", "the portal's own"),
        ("{tmp}/data", "the portal's own"),
        ("{tmp}/data/file/x", "file"),
        ("{tmp}/data/file", "file"),
        ("{tmp}/data/a\nb", "control character"),
        ("{tmp}/data/a\0b", "control character"),
        ("{tmp}/data/" + "a" * 400, "too long"),
    ],
)
def test_a_wrong_address_is_refused_in_words(
    ground: Grounds, tmp_path: Path, find: object, address: str, words: str
) -> None:
    with pytest.raises(NotAnAddress) as caught:
        find(address.replace("{tmp}", str(tmp_path)), ground)  # type: ignore[operator]
    if not (find is source and words == "file"):
        assert words in caught.value.message


def test_a_link_in_a_circle_is_refused(ground: Grounds, tmp_path: Path) -> None:
    with pytest.raises(NotAnAddress, match="can't be followed"):
        source(str(tmp_path / "data/round/x"), ground)


def test_links_are_followed_once_and_for_all(ground: Grounds, tmp_path: Path) -> None:
    assert source(str(tmp_path / "data/inside"), ground) == (tmp_path / "data/feeds").resolve()


def test_a_source_must_be_there_and_a_destination_need_not(ground: Grounds, tmp_path: Path) -> None:
    with pytest.raises(NotAnAddress, match="There is no folder"):
        source(str(tmp_path / "data/new/one"), ground)
    assert destination(str(tmp_path / "data/new/one"), ground).name == "one"
    assert not (tmp_path / "data/new").exists()
