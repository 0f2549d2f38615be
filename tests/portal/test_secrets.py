"""Secrets: encrypted at rest, readable after keys rotate, recognised wherever they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from portal import masks, secrets
from portal.masks import mask


@given(st.text())
def test_what_goes_in_comes_out(text: str) -> None:
    box = secrets.encrypt(text)
    assert secrets.decrypt(box) == text
    assert secrets.decrypt(memoryview(box)) == text  # as the database driver gives it


def test_it_can_not_be_read_or_recognised(settings: Settings) -> None:
    first, second = secrets.encrypt("swordfish"), secrets.encrypt("swordfish")
    assert first != second
    assert b"swordfish" not in first


def test_keys_rotate(settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = ["old"]
    box = secrets.encrypt("swordfish")
    settings.ENCRYPTION_KEYS = ["new", "old"]
    assert secrets.decrypt(box) == "swordfish"
    renewed = secrets.rotate(box)
    settings.ENCRYPTION_KEYS = ["new"]
    assert secrets.decrypt(renewed) == "swordfish"
    with pytest.raises(secrets.Undecryptable, match="not in SLIPWAY_ENCRYPTION_KEYS"):
        secrets.decrypt(box)


def test_one_key_serves_several_purposes_safely() -> None:
    assert secrets.derive("key", "one") != secrets.derive("key", "other")


TOKEN = "slw_" + "a1B-" * 10 + "xyz"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"asked with {TOKEN}", TOKEN[4:]),
        ("Authorization: Bearer abcdefghijklmnop123", "abcdefghijklmnop123"),
        ('{"Authorization": "Basic bWlyYTpzZWNyZXQhISE="}', "bWlyYTpzZWNyZXQhISE="),
        ("postgresql://slipway:hunter2@db:5432/slipway", "hunter2"),
        ("redis://:hunter2@cache/0", "hunter2"),
        ("https://user:p%40ss@files.example/x", "p%40ss"),
        ("password=hunter2 host=db", "hunter2"),
        ('{"password": "hunter2"}', "hunter2"),
        (r'"{\"secret\": \"hunter2\"}"', "hunter2"),
        ("api_key: hunter2", "hunter2"),
        ("SECRET_KEY=hunter2", "hunter2"),
        ("signed with whsec_MfKQ9r8GKYqrTwjUPD8I", "MfKQ9r8GKYqrTwjUPD8I"),
    ],
)
def test_it_masks_what_looks_like_a_secret(text: str, secret: str) -> None:
    assert secret in text
    assert secret not in mask(text)
    assert mask(text)[:4] == text[:4]


@pytest.mark.parametrize(
    "text",
    [
        "run 1841 succeeded: 27,004 rows in 4.8 s",
        "GET /api/v1/tokens/ 200",
        "see https://docs.example:8000/x@y",
        "the token has no scope “manage”",
        '{"token_id": "0193b3c8-0000-7000-8000-000000000000"}',
        "bearer of bad news",
    ],
)
def test_it_leaves_the_rest_alone(text: str) -> None:
    assert mask(text) == text


FRAGMENTS = st.sampled_from(
    [
        *("slw_abcdefghij", "whsec_QUJDREVGR0g=", "Bearer", "BASIC", "token", " ", "\n", "=", ": "),
        *("abcdefghijklmnop", "https://", "me:", "pw", "@", "host/", "PassWord", "passwd", '\\"'),
        *("api_key", "secret-key", "'", "x=1&", "\u017f", "\u212aey", "an ordinary word"),
    ]
)


@given(st.lists(FRAGMENTS, max_size=12))
def test_looking_for_words_first_finds_the_same(parts: list[str]) -> None:
    text = expected = "".join(parts)
    for shape in (
        *(masks._OURS, masks._WEBHOOK, masks._HEADER),
        *(masks._IN_URL, masks._NAMED_SO),
    ):
        expected = shape.sub(rf"\g<1>{masks.MASK}", expected)
    assert masks.mask(text) == expected
