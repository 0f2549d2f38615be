"""What people type, and what names are made of: words, filters, near misses. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

# "carrierPunctuality2" -> carrier, Punctuality, 2; everything that is no letter or digit separates
PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
TERM = re.compile(r'"([^"]*)"|(\S+)')
FILTER = re.compile(r"([a-z]+):(\S+)", re.IGNORECASE)
NUMBER = re.compile(r"#(\d{1,15})")
COUNTED = re.compile(r"(?<!\S)([a-z]+) #?(\d{1,15})(?!\S)", re.IGNORECASE)
RELEASE = re.compile(r"v(\d{1,6})", re.IGNORECASE)
LONGEST = 200  # characters that are read of what someone types
MOST_WORDS = 8
# What carries no meaning in "how do I deploy to production"
EMPTY = {
    *("a", "an", "and", "are", "as", "at", "be", "by", "can", "do", "does", "for", "from", "how"),
    *("i", "in", "into", "is", "it", "me", "my", "of", "on", "or", "our", "that", "the", "this"),
    *("to", "was", "we", "what", "when", "where", "which", "who", "why", "will", "with", "you"),
}
SHORTEST_TO_MEND = 4


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is searched for.

    `filters` are (relation, value) pairs such as ("column", "carrier"); `kind` and `team` stand
    apart. `number` is what follows "#", `release` what follows "v" beside other words, `counted`
    each word with the number behind it: ("run", 12). Those stay words as well. `is_begun`: the
    beginning of a value is enough.
    """

    text: str
    words: tuple[str, ...] = ()
    filters: tuple[tuple[str, str], ...] = ()
    kind: str = ""
    team: str = ""
    number: int | None = None
    release: int | None = None
    counted: tuple[tuple[str, int], ...] = ()
    is_begun: bool = False
    phrase: str = field(default="", compare=False)  # the words as a name would be written

    def __bool__(self) -> bool:
        return bool(self.words or self.filters or self.kind or self.team)


def asked(text: str, *, kind: str = "", team: str = "") -> Asked:
    """Read what someone typed: words, `kind:client`, `team:…`, `column:carrier`, `#12`,
    `run 12`, `v3`."""
    text = " ".join(text[:LONGEST].split())
    rest, filters = [], []
    number = None
    for quoted, plain in TERM.findall(text):
        term = quoted or plain
        if found := FILTER.fullmatch(plain):
            filters.append((found[1].lower(), found[2].lower()))
        elif found := NUMBER.fullmatch(plain):
            number = int(found[1])
        else:
            rest.append(term)
    release, rest = _release(rest)
    given = dict(filters)
    return Asked(
        text=text,
        words=meaning(rest),
        filters=tuple(pair for pair in filters if pair[0] not in {"kind", "team"}),
        kind=kind or given.get("kind", ""),
        team=team or given.get("team", ""),
        number=number,
        release=release,
        counted=tuple((noun.lower(), int(number)) for noun, number in COUNTED.findall(text)),
        phrase="-".join(rest).lower(),
    )


def meaning(terms: Iterable[str]) -> tuple[str, ...]:
    """The words of these terms, without those that only hold a sentence together."""
    every = [word for term in terms for word in parts(term)]
    telling = [word for word in every if word not in EMPTY]
    return tuple(dict.fromkeys(telling or every))[:MOST_WORDS]


def parts(name: str) -> list[str]:
    """ "airline-data.carrierNames_2" -> airline, data, carrier, names, 2."""
    return [piece.lower() for piece in PIECE.findall(name)]


def around(text: str, words: Iterable[str], most: int = 160) -> str:
    """The piece of a text where the first of these words stands, from the start where none does."""
    text = " ".join(text.split())
    places = [found.start() for word in words if (found := _start_of(word).search(text))]
    at = min(places, default=0)
    if at < most // 2:
        return text if len(text) <= most else f"{text[:most].rstrip()}…"
    begin = text.find(" ", at - most // 3) + 1
    piece = text[begin : begin + most]
    return f"…{piece.rstrip()}{'…' if begin + most < len(text) else ''}"


def _start_of(word: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(word[:6])}", re.IGNORECASE)


def near(words: Iterable[str]) -> list[str]:
    """Each word and what is left of it without one of its letters.

    Two words that are one slip apart (a letter more, less, another or swapped) share one of these.
    """
    return sorted({left for word in words for left in _without_one(word)})


def mended(word: str, known: Iterable[str]) -> str | None:
    """The known word that is at most a slip or two away from `word`, the nearest first."""
    most = 1 if len(word) < 8 else 2
    found = sorted({(slips(word, other, most), other) for other in known if other != word})
    return next((other for distance, other in found if distance <= most), None)


def slips(one: str, other: str, most: int) -> int:
    """Letters to add, drop, change or swap (Damerau-Levenshtein); more than `most`: `most` + 1."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for n, letter in enumerate(one, start=1):
        older, before, row = before, row, [n]
        for m, against in enumerate(other, start=1):
            cost = min(before[m] + 1, row[m - 1] + 1, before[m - 1] + (letter != against))
            if n > 1 and m > 1 and letter == other[m - 2] and one[n - 2] == against:
                cost = min(cost, older[m - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def _without_one(word: str) -> Iterable[str]:
    yield word
    if len(word) >= SHORTEST_TO_MEND and word.isalpha():
        yield from (word[:n] + word[n + 1 :] for n in range(len(word)))


def _release(terms: list[str]) -> tuple[int | None, list[str]]:
    """ "carrier v3" asks for a release; a lone "v3" is a word like others."""
    for term in terms:
        found = RELEASE.fullmatch(term)
        if found and len(terms) > 1:
            return int(found[1]), [other for other in terms if other is not term]
    return None, terms
