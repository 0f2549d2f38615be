"""How much a body holds, counted before anything is made of it. Pure.

Two bytes make an empty message, and in memory some hundred: no limit in bytes bounds that. Batches
of SDKs are too short to hold too much, and nothing of them is looked at here. Longer ones are
counted on the wire, down to their records; all is counted only beyond the 4 MB that gRPC has.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import DecodeError, Message

MOST_PARTS = 50_000  # records, spans and points of a request, with what groups them
MOST_ELEMENTS = 2_000_000  # of everything: each costs some hundred bytes of memory
SMALLEST = 2  # bytes of a field: its tag, and a length or a number

# What is a part, by the name of its field; of a summary each quantile becomes a point.
PARTS = frozenset(
    {
        *("resource_logs", "scope_logs", "log_records"),
        *("resource_spans", "scope_spans", "spans"),
        *("resource_metrics", "scope_metrics", "metrics", "data_points", "quantile_values"),
    }
)
IN_JSON = PARTS | {
    name[0] + name.title().replace("_", "")[1:] for name in PARTS
}  # either name will do
BETWEEN = frozenset({"gauge", "sum", "histogram", "exponential_histogram", "summary"})
LENGTH = 2  # of the kinds of fields on the wire: how many bytes, and these
FIXED = {1: 8, 5: 4}  # bytes of the kinds without a length; 0 is a number of its own length
MORE = 0x80  # of a byte of such a number: another one follows
LONGEST = 10  # bytes of one
TEXTS = frozenset({FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_BYTES})
FLOATS = frozenset(
    {FieldDescriptor.TYPE_DOUBLE, FieldDescriptor.TYPE_FIXED64, FieldDescriptor.TYPE_SFIXED64}
)

# A message's fields by their tags: what each counts, what is inside (an empty one is passed over),
# and in how many bytes it counts once more, as lists of numbers do.
Shape = Mapping[int, "Inside"]
Inside = tuple[int, Shape, int]


VALUES = f"{MOST_ELEMENTS:,} values"
RECORDS = f"{MOST_PARTS:,} records, spans or points, with their resources and scopes"


def excess(kind: type[Message], data: bytes) -> str:
    """What there is more of than may be, in words; DecodeError where this is no protobuf."""
    told: Any = kind.DESCRIPTOR  # of one of two classes with the same face
    if len(data) > SMALLEST * MOST_ELEMENTS and _is_more(data, _whole(told), 1, MOST_ELEMENTS):
        return VALUES
    if len(data) > SMALLEST * MOST_PARTS and _is_more(data, _parts(told), 0, MOST_PARTS):
        return RECORDS
    return ""


def _is_more(data: bytes, shape: Shape, other: int, most: int) -> bool:
    """Whether its fields count more than that; `other`: what one counts that has no shape."""
    try:
        return _count(data, shape, other, most) > most
    except IndexError:  # it ends in the middle of a field
        raise DecodeError from None


def _count(data: bytes, shape: Shape, other: int, most: int) -> int:
    """How much its fields count, or some number that is more than `most`."""
    count, at, end = 0, 0, len(data)
    around: list[tuple[int, Shape]] = []  # messages that this one is inside of, and their ends
    unknown: Inside = (other, {}, 0)
    while count <= most:
        while at >= end:
            if at > end:
                raise DecodeError
            if not around:
                return count
            end, shape = around.pop()
        tag, at = data[at], at + 1
        if tag >= MORE:
            tag, at = _number(data, at - 1)
        if tag & 7 != LENGTH:
            count, at = count + other, _after(data, at, tag & 7)
            continue
        size, at = data[at], at + 1
        if size >= MORE:
            if (second := data[at]) < MORE:  # as most records have it
                size, at = size - MORE + (second << 7), at + 1
            else:
                size, at = _number(data, at - 1)
        each, inside, width = shape.get(tag, unknown)
        count += each
        if inside:
            around.append((end, shape))
            end, shape = at + size, inside
        else:
            at += size
            count += size // width if width else 0
    return count


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, and where it ends."""
    found = 0
    for place in range(LONGEST):
        byte = data[at + place]
        found |= (byte & (MORE - 1)) << (7 * place)
        if byte < MORE:
            return found, at + place + 1
    raise DecodeError


def _after(data: bytes, at: int, kind: int) -> int:
    """Where a field without a length ends. OTLP has no groups."""
    if kind == 0:
        return _number(data, at)[1]
    if kind not in FIXED:
        raise DecodeError
    return at + FIXED[kind]


@cache
def _whole(kind: Descriptor) -> Shape:
    """A message with all that is inside: each field counts."""
    found: dict[str, dict[int, Inside]] = {}

    def of(message: Descriptor) -> Shape:
        if message.full_name not in found:  # values may hold values
            shape = found[message.full_name] = {}
            for field in message.fields:
                if field.message_type is not None:
                    shape[_tag(field)] = (1, of(field.message_type), 0)
                elif field.is_repeated and field.type not in TEXTS:
                    shape[_tag(field)] = (1, {}, 8 if field.type in FLOATS else 1)
        return found[message.full_name]

    return of(kind)


@cache
def _parts(kind: Descriptor) -> Shape:
    """What leads to the parts of a message, which count; the rest of it does not."""
    return {
        _tag(field): (int(field.name in PARTS), _parts(field.message_type), 0)
        for field in kind.fields
        if field.message_type is not None and field.name in PARTS | BETWEEN
    }


def _tag(field: FieldDescriptor) -> int:
    return field.number << 3 | LENGTH
