"""Patterns of paths: what fits, and that no pattern thinks for long about any path."""

from __future__ import annotations

import re
from functools import cache
from itertools import product

import pytest

from portal.descriptors import places
from tests.attacks.test_in_the_code import seconds_of_work

PATHS = ["a", "b.yaml", "a/b.yaml", "a/b/b.yaml", "x/a/b.yaml", "a/x/y/b.yaml", "ab/c", "a/ab/a"]


@cache
def fits(pattern: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """The same said plainly, segment by segment."""
    if not pattern:
        return not path
    first, rest = pattern[0], pattern[1:]
    if first == "**":
        return any(fits(rest, path[n:]) for n in range(0 if rest else 1, len(path) + 1))
    if not path:
        return False
    wanted = "".join({"*": ".*", "?": "."}.get(sign, re.escape(sign)) for sign in first)
    return bool(re.fullmatch(wanted, path[0])) and fits(rest, path[1:])


def test_a_pattern_fits_what_it_says() -> None:
    pieces = ["**", "*", "a", "a*", "*b*", "?", "*.yaml", "*a*b"]
    some = ["/".join(each) for length in (1, 2, 3) for each in product(pieces, repeat=length)]
    for pattern in some:
        wanted = [one for one in PATHS if fits(tuple(pattern.split("/")), tuple(one.split("/")))]
        assert places.matching(pattern, PATHS) == sorted(wanted), pattern


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a*a*a*a*a*a*ab", "a" * 390),
        ("**/a/**/a/**/a/**/a/**/a/b", "a/" * 190 + "c"),
        ("**/*a*a*a/**/*a*a*a/**/b", "aaaa/" * 75 + "c"),
        ("?*?*?*?*?*?*b", "a" * 390),
    ],
)
def test_no_pattern_thinks_for_long(pattern: str, path: str) -> None:
    with seconds_of_work(1, pattern):
        assert places.matching(pattern, [path] * 20) == []
