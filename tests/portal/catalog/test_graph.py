"""The neighbours of a component as a picture."""

from __future__ import annotations

from portal.catalog.graph import Neighbour, draw


def test_sources_left_receivers_right() -> None:
    picture = draw("carrier-punctuality", [Neighbour("nyc-files")], [Neighbour("acme-travel")])
    left, right = picture.others
    assert left.x + left.width < picture.here.x
    assert picture.here.x + picture.here.width < right.x
    assert len(picture.lines) == 2
    assert picture.words == "Reads nyc-files. Feeds acme-travel."


def test_more_than_six_are_counted() -> None:
    picture = draw("hub", [Neighbour(f"source-{n}") for n in range(9)], [])
    names = [node.name for node in picture.others]
    assert len(names) == 6
    assert names[-1] == "and 4 more"


def test_a_long_name_is_cut_in_the_picture_only() -> None:
    picture = draw("here", [Neighbour("a-very-long-name-of-a-source")], [])
    assert picture.others[0].label.endswith("…")
    assert picture.others[0].name == "a-very-long-name-of-a-source"


def test_nothing_declared_is_said() -> None:
    assert draw("alone", [], []).words == "Nothing is declared yet."
