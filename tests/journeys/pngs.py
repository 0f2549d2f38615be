"""Pictures of pages made small: PNG with a palette of at most 256 colours instead of all. Pure.

A page has few colours; the many are shades at the edges of letters, which become the nearest one
that is kept.
"""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST = 256
RGB, PALETTE = 2, 3
# Squared distances below which two colours count as one; the first that leaves few enough is taken.
NEAR = (0, 3, 6, 12, 24, 48, 75, 108, 150, 300, 600)

Colour = bytes


def small(png: bytes) -> bytes:
    """The same picture with a palette; of a picture as Chromium makes them: RGB, 8 bits."""
    width, height, data = _decoded(png)
    pixels = [data[at : at + 3] for at in range(0, len(data), 3)]
    colours = [colour for colour, _ in Counter(pixels).most_common()]
    palette = palette_of(colours)
    places = {colour: nearest(colour, palette) for colour in colours}
    indices = bytes(map(places.__getitem__, pixels))
    rows = (b"\0" + indices[at : at + width] for at in range(0, len(indices), width))
    return b"".join(
        [
            SIGNATURE,
            chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, PALETTE, 0, 0, 0)),
            chunk(b"PLTE", b"".join(palette)),
            chunk(b"IDAT", zlib.compress(b"".join(rows), 9)),
            chunk(b"IEND", b""),
        ]
    )


def palette_of(colours: list[Colour]) -> list[Colour]:
    """The most frequent ones that are far enough from each other."""
    for near in NEAR:
        kept: list[Colour] = []
        for colour in colours:
            if len(kept) > MOST:
                break
            if all(distance(colour, other) > near for other in kept):
                kept.append(colour)
        if len(kept) <= MOST:
            return kept
    return kept[:MOST]


def nearest(colour: Colour, palette: list[Colour]) -> int:
    return min(range(len(palette)), key=lambda place: distance(colour, palette[place]))


def distance(one: Colour, other: Colour) -> int:
    red, green, blue = one[0] - other[0], one[1] - other[1], one[2] - other[2]
    return red * red + green * green + blue * blue


def _decoded(png: bytes) -> tuple[int, int, bytes]:
    """Width, height, and three bytes a pixel."""
    packed, width, height = b"", 0, 0
    for kind, body in chunks(png):
        if kind == b"IHDR":
            width, height, depth, colours, *_ = struct.unpack(">IIBBBBB", body)
            assert (depth, colours) == (8, RGB), "Not a picture as Chromium makes them."
        elif kind == b"IDAT":
            packed += body
    lines, stride = zlib.decompress(packed), 3 * width
    found, above = [], bytearray(stride)
    for at in range(0, len(lines), stride + 1):
        above = _unfiltered(lines[at], bytearray(lines[at + 1 : at + 1 + stride]), above)
        found.append(above)
    return width, height, b"".join(found)


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        yield kind, png[at + 8 : at + 8 + length]
        at += length + 12


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _unfiltered(kind: int, line: bytearray, above: bytearray) -> bytearray:
    """A line as it is, out of its differences to its neighbours (PNG, section 9)."""
    if kind == 0:
        return line
    for at in range(len(line)):
        left, corner = (line[at - 3], above[at - 3]) if at > 2 else (0, 0)
        line[at] = (line[at] + expected(kind, left, above[at], corner)) & 255
    return line


def expected(kind: int, left: int, up: int, corner: int) -> int:
    if kind < 4:
        return (0, left, up, (left + up) // 2)[kind]
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))
