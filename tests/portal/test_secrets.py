"""Secrets: encrypted at rest, readable after keys rotate, recognised wherever they stand."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from portal import masks, secrets
from portal.masks import mask
from tests.patience import patient


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
    with pytest.raises(secrets.Undecryptable, match="with a key that Slipway does not have"):
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
        ("GET /callback?access_token=hunter2&state=1", "hunter2"),
        ('{"refresh_token": "hunter2"}', "hunter2"),
        ("GET /hook?token=hunter2", "hunter2"),
        ('{"token": "hunter2"}', "hunter2"),
        ("csrftoken=hunter2; theme=dark", "hunter2"),
        (
            "clone with ghp_16C7e42F292c6912E7710c838347Ae178B4a",
            "16C7e42F292c6912E7710c838347Ae178B4a",
        ),
        ("git: github_pat_11ABCDEFG0abcdefghijkl_xyz", "11ABCDEFG0abcdefghijkl_xyz"),
        ("glpat-aB1cD2eF3gH4iJ5kL6mN is used", "aB1cD2eF3gH4iJ5kL6mN"),
        ("charged by sk_live_4eC39HqLyjWDarjtT1zdp7dc", "4eC39HqLyjWDarjtT1zdp7dc"),
        ("asks with sk-ant-api03-abcdefghijklmnopqrstuvwx", "api03-abcdefghijklmnopqrstuvwx"),
        ("slack: xoxb-123456789012-abcdefABCDEF", "123456789012-abcdefABCDEF"),
        ("https://hooks.slack.com/services/T0/B0/XyZ123", "T0/B0/XyZ123"),
        ("key id AKIAIOSFODNN7EXAMPLE was used", "IOSFODNN7EXAMPLE"),
        ("maps AIzaSyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q", "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q"),
        ("session eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmVk", "eyJzdWIiOiIxIn0.c2lnbmVk"),
        ("Cookie: sessionid=abc123; csrftoken=def", "abc123"),
        ("Set-Cookie: slipway=abc123; HttpOnly", "abc123"),
        (r"{\"Cookie\": \"sessionid=abc123\"}", "abc123"),
        ("Server=db;Uid=shop;Pwd=hunter2;", "hunter2"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nIBAAK\n-----END RSA PRIVATE KEY-----",
            "MIIEow\nIBAAK\n",
        ),
        ("-----BEGIN PRIVATE KEY-----\\nMIIEowIBAAK", "MIIEowIBAAK"),
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
        "SyntaxError: Unexpected token: identifier in line 3",
        "max_tokens=4096 of the model",
        "PWD=/srv/shop OLDPWD=/root",
        "Cookie: none was sent",
        "through the high gate of risk-management",
        "JSON of eyJ, a K and an AKIA in a buzz",
        "a PRIVATE KEY was expected",
    ],
)
def test_it_leaves_the_rest_alone(text: str) -> None:
    assert mask(text) == text


FRAGMENTS = st.sampled_from(
    [
        *("slw_abcdefghij", "whsec_QUJDREVGR0g=", "Bearer", "BASIC", "token", " ", "\n", "=", ": "),
        *("abcdefghijklmnop", "https://", "me:", "pw", "@", "host/", "PassWord", "passwd", '\\"'),
        *("api_key", "secret-key", "'", "x=1&", "\u017f", "\u212aey", "an ordinary word", "pwd"),
        *("ghp_", "github_pat_", "sk_live_", "xoxb-", "glpat-", "sk-", "AKIAIOSFODNN7EXAMPLE"),
        *("eyJ", ".", "AIza", "Cookie", "to\u212aen", "-----BEGIN", " PRIVATE KEY", "-----"),
        *("https://hooks.slack.com/services/", "12345678"),
    ]
)


@given(st.lists(FRAGMENTS, max_size=12))
def test_looking_for_words_first_finds_the_same(parts: list[str]) -> None:
    text = expected = "".join(parts)
    for shape in (
        *(*masks._UNDERSCORED, *masks._HYPHENED, *masks._CAPITALS, *masks._OPAQUE),
        *(masks._HEADER, *masks._IN_URLS, *masks._NAMED_SO),
    ):
        expected = shape.sub(rf"\g<1>{masks.MASK}", expected)
    assert masks.mask(text) == expected


@pytest.mark.parametrize(
    "piece",
    [
        *("a", "eyJ", "sk-", "ghp_", "cookie:", "cookie: ", "x://", "token", "pwd=", "key", "AKIA"),
        *(
            "-----BEGIN ",
            "-----BEGIN PRIVATE KEY-----",
            "bearer ",
            "https://hooks.slack.com/a/",
            "xoxb-",
        ),
    ],
)
def test_a_long_text_takes_no_longer_for_what_stands_in_it(piece: str) -> None:
    """What is quadratic takes minutes of these 300,000 characters."""
    words = "eyJ AKIA cookie token secret key pwd :// @ = _ - hooks.slack PRIVATE KEY ghp_ sk-"
    began = time.process_time()
    mask(piece * (300_000 // len(piece)) + words)
    assert time.process_time() - began < patient(5)
