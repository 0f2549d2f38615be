"""What is wrong with a file before it is committed. Nothing is read beside it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from portal.descriptors import reading
from portal.descriptors.described import Unnamed, described
from portal.files.findings import Finding

MOST = 200  # findings
MOST_BYTES = 2 * 1024 * 1024  # somebody waits for the answer


@dataclass(frozen=True, slots=True)
class Checked:
    """The entities of a file by reference, and its findings, each with whose it is ("" if none)."""

    refs: list[str]
    findings: list[tuple[str, Finding]]


def check(data: bytes) -> Checked:
    """Each document by itself; texts that would be put in are taken to be there."""
    if len(data) > MOST_BYTES:
        return Checked([], [("", Finding("Files of at most 2 MB are looked at. Split it."))])
    try:
        text = reading.decoded(data)
    except reading.TooMuch as error:
        return Checked([], [("", Finding(str(error)))])
    lines: dict[str, int] = {}
    findings: list[tuple[str, Finding]] = []
    for document in reading.documents(text):
        found = described(document, lambda _: "{}")
        findings += [(found.ref, one) for one in found.findings]
        if isinstance(found, Unnamed):
            continue
        if found.ref in lines:
            message = f"{found.ref} stands in line {lines[found.ref]} already. Keep one of them."
            findings.append((found.ref, Finding(message, (), found.line, 1)))
        lines.setdefault(found.ref, found.line)
    if not lines and not findings:
        findings.append(("", Finding("The file describes nothing. It has at least one entity.")))
    return Checked(list(lines), findings[:MOST])
