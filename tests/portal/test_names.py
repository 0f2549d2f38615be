"""Slugs, and the one that is proposed for what is called otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.names import is_slug, proposed


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("CartService", "cart-service"),
        ("my.service", "my-service"),
        ("HTTPServer", "http-server"),
        ("cart_service", "cart-service"),
        ("Till Service 2", "till-service-2"),
        ("shop/api-v2", "shop-api-v2"),
        ("OAuth2Proxy", "o-auth2-proxy"),
        ("Größe", "groe"),
        ("checkout", "checkout"),
    ],
)
def test_a_slug_says_what_the_name_says(text: str, slug: str) -> None:
    assert proposed(text) == slug


@given(st.text(min_size=1, max_size=150))
def test_whatever_it_is_called_there_is_a_slug_and_always_the_same(text: str) -> None:
    assert is_slug(proposed(text))
    assert proposed(text) == proposed(text)


def test_what_letters_can_not_say_or_is_too_long_is_told_apart() -> None:
    assert proposed("支付") != proposed("订单")
    assert proposed("支付").startswith("service-")
    first, second = (proposed(f"com.example.{'very.' * 20}{end}") for end in ("one", "two"))
    assert first != second
    assert first.startswith("com-example-very-very-")
    assert is_slug(first)
