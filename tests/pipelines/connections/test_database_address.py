"""A database's address: what is right comes back the same, what is wrong is told in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.connections.postgres.address import Database, NotADatabase, read

GOOD = "postgresql://reader@db.example:5432/operations"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (GOOD, GOOD),
        ("postgres://reader@DB.example/operations", GOOD),
        (f"{GOOD}?sslmode=verify-full", f"{GOOD}?sslmode=verify-full"),
        (f"{GOOD}?sslmode=prefer", GOOD),
        ("postgresql://r%40x@[::1]/a%20b", "postgresql://r%40x@[::1]:5432/a%20b"),
        (
            "postgresql://r@/ops?host=/run/pg&port=5499",
            "postgresql://r@/ops?host=/run/pg&port=5499",
        ),
    ],
)
def test_an_address_is_kept_in_one_spelling(text: str, kept: str) -> None:
    assert read(text).url == kept
    assert read(kept) == read(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/srv/data", "begins with postgresql://"),
        ("mysql://r@h/d", "begins with postgresql://"),
        ("postgresql://reader:word@db.example/ops", "Leave the password out"),
        ("postgresql://reader:@db.example/ops", "Leave the password out"),
        (f"{GOOD}?password=x", "Leave the password out"),
        (f"{GOOD}?options=-c%20x", "“options” can't be set here"),
        (f"{GOOD}?sslrootcert=/etc/shadow", "“sslrootcert” can't be set"),
        (f"{GOOD}?sslmode=maybe", "“maybe” is no sslmode"),
        (f"{GOOD}?host=/run", "names no server"),
        (f"{GOOD}?host=other", "Name the server before"),
        ("postgresql://r@/ops", "names no server"),
        ("postgresql://h/ops", "names no role"),
        ("postgresql://r@h", "names no database"),
        ("postgresql://r@h,i/ops", "one server"),
        ("postgresql://r@h:x/ops", "The port is no number"),
        ("postgresql://r@h:99999/ops", "The port is no number"),
        ("postgresql://r@h/a/b", "can't be the name of a database"),
        ("postgresql://r@h/o ps", "a space or a control"),
        ("postgresql://r@-x/ops", "no name of a server"),
        ("postgresql://r@h/" + "x" * 64, "can't be the name"),
    ],
)
def test_what_is_wrong_is_told(text: str, words: str) -> None:
    with pytest.raises(NotADatabase) as refused:
        read(text)
    assert words in refused.value.message
    assert "word@" not in refused.value.message


@given(
    st.text(min_size=1, max_size=15).filter(lambda t: "\0" not in t and t.isprintable()),
    st.text(min_size=1, max_size=15).filter(lambda t: not {"\0", "/"} & set(t) and t.isprintable()),
    st.integers(1, 65535),
)
def test_any_role_and_database_can_be_written(role: str, name: str, port: int) -> None:
    database = Database(host="db.example", port=port, name=name, role=role)
    assert read(database.url) == database
