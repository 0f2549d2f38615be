"""Codes of an app after RFC 6238, and recovery codes."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from portal.second_factor import codes

# Appendix B of RFC 6238, for SHA-1, of its eight digits the last six
VECTORS = {
    59: "287082",
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
    20000000000: "353130",
}
SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(("moment", "code"), VECTORS.items())
def test_codes_are_those_of_the_standard(moment: int, code: str) -> None:
    assert codes.code_at(SECRET, moment // 30) == code
    assert codes.step_of(SECRET, f"{code[:3]} {code[3:]}", moment=moment, after=0) == moment // 30


@given(st.integers(-4, 4))
@hypothesis_settings(max_examples=9)
def test_a_code_counts_for_a_clock_that_is_half_a_minute_off(steps: int) -> None:
    code = codes.code_at(SECRET, 1000 + steps)
    found = codes.step_of(SECRET, code, moment=1000 * 30 + 15, after=0)
    assert found == (1000 + steps if abs(steps) <= 1 else None)


def test_a_code_counts_once() -> None:
    code = codes.code_at(SECRET, 1000)
    assert codes.step_of(SECRET, code, moment=30_000, after=1000) is None


def test_codes_for_paper_are_many_and_typed_as_one_likes() -> None:
    made = codes.on_paper()
    assert len({codes.digest(code) for code in made}) == codes.MANY
    typed = made[0].upper().replace("-", " ")
    assert codes.digest(typed) == codes.digest(made[0])
    assert codes.is_on_paper(typed)
    assert not codes.is_on_paper("123456")


def test_the_picture_says_who_and_where() -> None:
    said = codes.address("ABC", who="mira", where="Slipway here")
    assert said == "otpauth://totp/Slipway%20here:mira?secret=ABC&issuer=Slipway+here"
