"""Pictures made small: the same pixels, however their lines were packed."""

from __future__ import annotations

import struct
import zlib
from itertools import pairwise

from tests.journeys import pngs

WIDTH, HEIGHT = 5, 5  # a line for each way to pack one
PIXELS = [[bytes((40 * x, 50 * y, (x * y * 7) % 256)) for x in range(WIDTH)] for y in range(HEIGHT)]


def packed() -> bytes:
    """A PNG of PIXELS whose lines are packed in all five ways."""
    lines = [bytes(3 * WIDTH), *(b"".join(row) for row in PIXELS)]
    filtered = b"".join(
        bytes([kind]) + _differences(kind, above, line)
        for kind, (above, line) in enumerate(pairwise(lines))
    )
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, pngs.RGB, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(filtered)), (b"IEND", b"")]
    return pngs.SIGNATURE + b"".join(pngs.chunk(*one) for one in chunks)


def _differences(kind: int, above: bytes, line: bytes) -> bytes:
    left, corner = bytes(3) + line, bytes(3) + above
    guesses = (pngs.expected(kind, *three) for three in zip(left, above, corner, strict=False))
    return bytes((value - guess) % 256 for value, guess in zip(line, guesses, strict=False))


def shown(png: bytes) -> list[list[bytes]]:
    """The pixels of a picture with a palette."""
    chunks = dict(pngs.chunks(png))
    palette, lines = chunks[b"PLTE"], zlib.decompress(chunks[b"IDAT"])
    rows = [lines[at + 1 : at + 1 + WIDTH] for at in range(0, len(lines), WIDTH + 1)]
    return [[palette[3 * place : 3 * place + 3] for place in row] for row in rows]


def test_few_colours_stay_exactly_as_they_are() -> None:
    assert shown(pngs.small(packed())) == PIXELS


def test_of_many_colours_the_nearest_that_is_kept_is_shown() -> None:
    many = [bytes((value, value, blue)) for value in range(64) for blue in (0, 255)] * 2
    many += [bytes((value, 0, 128)) for value in range(200)]
    palette = pngs.palette_of(list(dict.fromkeys(many)))
    assert len(palette) <= pngs.MOST
    far = max(pngs.distance(colour, palette[pngs.nearest(colour, palette)]) for colour in set(many))
    assert far <= 12
