"""What DuckDB says when rows stop a query, as shapes, of which all that is no value is known.

A message without a shape here is not shown at all: the next release of DuckDB may quote a value
where this one does not, and some of today's stand without any quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# {} a text that may be a value, shown where the SQL says the same; {words} one whose words it says;
# {type} a type; {n} a count; {...} the rest, which is left off.
_SHAPES = """
Could not convert string '{}' to {type}
Could not convert string "{}" to {type}
Could not convert string '{}' to {}
Could not convert string "{}" to {}
Could not convert {}
Could not cast value {} to {type}
Could not cast value {} to {}
Could not decode string "{}" as base64: length must be a multiple of {n}
Could not decode string "{}" as base64{...}
Could not parse string "{}" according to format specifier "{}"{...}
Can't convert VARIANT({type}) value '{}' to '{type}'
Can't convert {}
Type {type} with value {} can't be cast because the value is out of range for the destination type {type}
Type {type} with value '{}' can't be cast to the destination type {type}{...}
Type {type} with value '{}' can't be cast to the destination type {}
Type {type} can't be cast as {words}. {...}
Unimplemented type for cast ({type} -> {type})
Unimplemented type for cast ({} -> {})
Cannot cast array of size {n} to array of size {n}
Cannot cast list with length {n} to array with length {n}
Failed to cast value to numerical: {}
Failed to cast value{...}
invalid date field format: "{}", expected format is (YYYY-MM-DD)
date field value out of range: "{}"{...}
time field value out of range: "{}", expected format is {...}
invalid timestamp field format: "{}", expected format is {...}
timestamp field value out of range: "{}"{...}
Date out of range: {}
Time out of range: {}
Date and time not in timestamp range
Epoch seconds out of range for {...}
Interval value {} {...}
Period must be greater than 0
Unknown TimeZone '{}'!{...}
extract specifier "{}" not recognized
Failed to parse format specifier {}: Unrecognized format for strftime/strptime: {}
Failed to parse format specifier {}
Failed to parse geometry{...}
Invalid character encountered in string -> bit conversion: '{}'
Invalid hex escape code encountered in string -> blob conversion of string "{}": {...}
Invalid input for hex digit: {}
Invalid input for binary digit: {}
Invalid UTF8 Codepoint {}
Failure in decode: could not convert blob to UTF8 string, the blob contained invalid UTF8 characters. {...}
Overflow in addition of {type} ({} + {})!
Overflow in subtraction of {type} ({} - {})!
Overflow in multiplication of {type} ({} * {})!
Overflow in division of {type} ({} / {})!
Overflow in {...}
Overflow on abs({})
Overflow on {...}
Left-shift value {} is out of range
Cannot left-shift {...}
Value out of range
Value {} is outside of provided min and max range ({} <-> {})
Division by zero in expression ({words}). {...}
Division by zero{...}
cannot take square root of a negative number
cannot take logarithm of {...}
SETSEED accepts seed values between -1.0 and 1.0, inclusive
bit index {} out of valid range ({}..{})
The new bit must be 1 or 0
The bitstring length cannot be negative
Cannot AND bit strings of different sizes
Cannot OR bit strings of different sizes
Cannot XOR bit strings of different sizes
'to_base' radix must be between 2 and 36
'to_base' min_length must be between 0 and 64
Insufficient padding in LPAD.
Insufficient padding in RPAD.
Substring offset outside of supported range ({...}
Max bar width must be <= 1000
missing ): {}
missing ]: {}
unexpected ): {}
trailing \\: {}
trailing \\
invalid perl operator: {}
invalid named capture group: {}
invalid escape sequence: {}
invalid character class: {}
invalid character class range: {}
invalid repetition size: {}
invalid UTF-8: {}
bad repetition operator: {}
no argument for repetition operator: {}
Pattern failed to parse{...}
Unrecognized Regex option {}
Like pattern must not end with escape character!
Invalid escape string. Escape string must be empty or one character.
Invalid type specifier "{}" for formatting a value of type {...}
Argument with name "{}" not found, {...}
Argument index "{}" out of range
Malformed JSON at byte {n} of input: unexpected character. {...}
Malformed JSON at byte {n} of input: unexpected end of data. {...}
Malformed JSON at byte {n} of input: {...}
JSON path error near '{}'
Object {} has unknown key "{}"
Object {} does not have key "{}"
Slice step cannot be zero
Map keys must be unique.
Map keys can not be NULL.
The map key list does not align with the map value list.
Lists larger than 2^32 elements are not supported
Cannot resize vector to {} rows: maximum allowed vector size is {...}
Cannot perform list_reduce on an empty input list
list_cosine_similarity: list dimensions must be equal, got left length '{n}' and right length '{n}'
list_dot_product: list dimensions must be equal, got left length '{n}' and right length '{n}'
list_distance: list dimensions must be equal, got left length '{n}' and right length '{n}'
Histogram bin entry cannot be NULL
Invalid input for MIN/MAX: n value must be {...}
Invalid input for arg_min/arg_max: n value must be {...}
Argument for ntile must be greater than zero
Window ROWS PRECEDING expression cannot be negative
Window ROWS FOLLOWING expression cannot be negative
Invalid RANGE PRECEDING value
Invalid RANGE FOLLOWING value
Mismatch Function: Strings must be of equal length!
Jaccard Function: An argument too short!
More than one row returned by a subquery used as an expression - scalar subqueries can only return a single row. {...}
Malformed JSON in file {}, at byte {n} in line {n}: {...}
Malformed JSON in file {}, at byte {n} in record/value {n}: {...}
Malformed JSON in file {}, {...}
JSON transform error in file {}, in line {n}: Failed to cast value to numerical{...}
JSON transform error in file {}, in line {n}: {...}
JSON transform error in file {}, in record/value {n}: {...}
JSON transform error in file {}, {...}
"maximum_object_size" of {n} bytes exceeded while reading file {} (>{n} bytes). {...}
Error when sniffing file {}. It was not possible to automatically detect the CSV parsing dialect {...}
Error when sniffing file {}. {...}
Schema mismatch between globbed files. {...}
File {} too small to be a Parquet file
File {} is encrypted, but 'encryption_config' was not set
No magic bytes found at end of file {}
Footer length error in file {}
Failed to read file {}: schema mismatch in glob: {...}
Failed to read file {}: {...}
Unexpected end of GZIP stream: {}
Input is not a GZIP stream: {}
No files found that match the pattern {}
a Parquet file of the inputs is damaged
"""  # noqa: E501 - as DuckDB says them
_NAMES = (
    r"(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INT(?:8|16|32|64|128)|U?INTEGER|BOOL(?:EAN)?|FLOAT|DOUBLE|"
    r"DECIMAL\(\d+, ?\d+\)|VARCHAR|BLOB|BIT|UUID|DATE|TIMETZ|TIME|INTERVAL|TIMESTAMPTZ|"
    r"TIMESTAMP(?:_S|_MS|_NS)?|TIME(?:STAMP)? WITH TIME ZONE|JSON|BIGNUM|GEOMETRY|VARIANT)"
)
_REST = "{...}"
_SLOTS = {
    "{}": "(.*)",
    "{words}": "(.*)",
    "{type}": rf"({_NAMES}(?:\[\d*\])*)",
    "{n}": r"(\d+)",
    _REST: ".*",
}
_SHOWN = frozenset({"{type}", "{n}"})
_SLOT = re.compile(r"(\{[a-z.]*\})")
_BARE = re.compile(r"(['\"])…\1")
_WORD = re.compile(r"\w+")
_CAST = " when casting from source column "
_MOST = 300  # of either end: what is cut out of a longer message is the inside of a value


class _Shape:
    def __init__(self, text: str) -> None:
        self.parts = _SLOT.split(text)
        self.pattern = re.compile("".join(_SLOTS.get(p, re.escape(p)) for p in self.parts))

    def said(self, words: str, source: str) -> str | None:
        """The message with what may be shown in its slots; None where it has another shape."""
        found = self.pattern.fullmatch(words)
        if found is None:
            return None
        texts = iter(found.groups())
        shown = [_shown(p, texts, source) if p in _SLOTS else p for p in self.parts]
        return _BARE.sub("“…”", "".join(shown)).rstrip(" :,(")


_ALL = [_Shape(line) for line in _SHAPES.strip().splitlines()]


def told(words: str, source: str) -> str:
    """A message with its values blanked, but for those that `source` says; "" if none is known.

    `source` is what may be shown: the text of the query, and the names of the files that it reads.
    """
    text = " ".join(words.split())
    if len(text) > 2 * _MOST:
        text = f"{text[:_MOST]}…{text[-_MOST:]}"
    if _says(source, text):
        return text
    head, cast, column = text.rpartition(_CAST)
    sentence = next(filter(None, (shape.said(head or text, source) for shape in _ALL)), "")
    named = cast and sentence and _says(source, column)
    return f"{sentence}{_CAST}{column}" if named else sentence


def _shown(slot: str, texts: Iterator[str], source: str) -> str:
    if slot == _REST:
        return ""
    text = next(texts)
    if slot in _SHOWN or _says(source, text):
        return text
    if slot == "{words}" and all(_says(source, word) for word in _WORD.findall(text)):
        return text
    return "…"


def _says(source: str, text: str) -> bool:
    """Whether the source has this text, not only as a part of its words."""
    return re.search(rf"(?<!\w){re.escape(text)}(?!\w)", source) is not None
