"""The query line: what is read is written again, and what can't be read is said with its place."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from observability.logs import language, levels
from observability.logs.language import Kind, Query, Term, Unreadable, parse

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=20)
VALUES = TEXT.filter(lambda text: text.strip() != "")
KEYS = st.from_regex(r"\A[A-Za-z_@][\w.@/-]{0,12}\Z")
FREE = ("component", "environment", "version", "client", "logger")


def digits(number: int) -> st.SearchStrategy[str]:
    return st.text("0123456789abcdef", min_size=number, max_size=number)


FIELDS = st.one_of(
    st.tuples(st.sampled_from(FREE), VALUES),
    st.tuples(st.just("level"), st.sampled_from([*levels.LEAST, *(f"{n}+" for n in levels.LEAST)])),
    st.tuples(st.just("trace"), digits(32)),
    st.tuples(st.just("span"), digits(16)),
    st.tuples(st.sampled_from(("run", "deployment", "pattern")), st.uuids().map(str)),
)
TERMS = st.one_of(
    st.builds(lambda value, no: Term(Kind.WORD, "", value, no), VALUES, st.booleans()),
    st.builds(lambda pair, no: Term(Kind.FIELD, *pair, no), FIELDS, st.booleans()),
    st.builds(
        lambda key, value, no: Term(Kind.ATTRIBUTE, key, value, no), KEYS, VALUES, st.booleans()
    ),
)
QUERIES = st.lists(TERMS, max_size=8, unique=True).map(lambda terms: Query(tuple(terms)))


@PATIENT
@given(QUERIES)
def test_what_is_written_is_read_again(query: Query) -> None:
    assert parse(str(query)) == query


@PATIENT
@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_with_its_place(text: str) -> None:
    read, refused = attempt(text)
    if refused is None:
        assert parse(str(read)) == read
    else:
        assert 0 <= refused.at <= len(text)
        assert refused.message.endswith(".")


def attempt(text: str) -> tuple[Query | None, Unreadable | None]:
    try:
        return parse(text), None
    except Unreadable as error:
        return None, error


@PATIENT
@given(QUERIES, TERMS)
def test_a_term_and_its_opposite_never_stand_together(query: Query, term: Term) -> None:
    opposite = Term(term.kind, term.name, term.value, not term.is_not)
    assert opposite not in query.with_(term).terms
    assert term not in query.with_(term).without(term).terms


def test_each_kind_of_term_is_read() -> None:
    text = 'level:error env:production "quoted phrase" word -word2 -level:debug http.status=409'
    assert parse(text).terms == (
        Term(Kind.FIELD, "level", "error"),
        Term(Kind.FIELD, "environment", "production"),
        Term(Kind.WORD, "", "quoted phrase"),
        Term(Kind.WORD, "", "word"),
        Term(Kind.WORD, "", "word2", is_not=True),
        Term(Kind.FIELD, "level", "debug", is_not=True),
        Term(Kind.ATTRIBUTE, "http.status", "409"),
    )


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ('level:error "never ends', 12, "does not end"),
        ("level:", 6, "value is missing"),
        ("level:loud", 6, "no level"),
        ("a -", 2, "what is to be left out"),
        ("path:/healthz", 0, "path=…"),
        ("trace:12", 6, "32 digits"),
        ("run:yesterday", 4, "by its number, such as 12, or its id"),
        ("pattern:12", 8, "by its id"),
        ('say ""', 4, "nothing between"),
        ('"a"b', 3, "space is missing"),
        ("x" * 1001, 1000, "at most 1000"),
        (" ".join(f"w{n}" for n in range(41)), 150, "at most 40 terms"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(text: str, at: int, words: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse(text)
    assert words in refused.value.message
    assert refused.value.at == at


def test_a_level_is_itself_or_it_and_worse() -> None:
    assert levels.span("warn") == (13, 16)
    assert levels.span("warn+") == (13, 24)
    assert [levels.floor(n) for n in (0, 1, 8, 9, 16, 24)] == [0, 1, 5, 9, 13, 21]
    assert str(language.parse("LEVEL:Warning+")) == "level:warn+"
