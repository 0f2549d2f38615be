"""The shape of a message: what varies from line to line is taken out. Pure, and written for speed.

Whatever holds a digit varies (numbers, ids, times, addresses), and whatever stands in quotes. The
shape is a function of the message alone: every process comes to the same one without asking.
"""

from __future__ import annotations

import re

HOLE = "<*>"
LOOKED_AT = 400  # characters of the first line
MOST_TOKENS = 48  # what follows is one hole
QUOTED = re.compile(r""""[^"]*"|“[^”]*”|(?<![^\s=(\[:,])'[^']*'""")
VARIES = re.compile(r"[A-Za-z_./@%+#:-]*\d[\w./@%+#:-]*(?<![.,:;/-])")
HOLES = re.compile(r"<\*>(?:[\s,]*<\*>)+")


def shape(message: str) -> str:
    """Tokens between single spaces, `<*>` for each that varies; a row of holes is one of them."""
    end = message.find("\n")
    head = message[:LOOKED_AT] if end < 0 else message[: min(end, LOOKED_AT)]
    if '"' in head or "'" in head or "“" in head:
        head = QUOTED.sub(HOLE, head)
    # A plain word is what it is; the rest is looked at, each token for itself
    tokens = [token if token.isalpha() else VARIES.sub(HOLE, token) for token in head.split()]
    if len(tokens) > MOST_TOKENS:
        tokens = [*tokens[:MOST_TOKENS], HOLE]
    text = " ".join(tokens)
    return HOLES.sub(HOLE, text) if text.count(HOLE) > 1 else text
