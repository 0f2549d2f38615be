"""Every key that does something: the sheet under "?" and the handbook are written from it. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shortcut:
    """Keys pressed one after the other, or together where `is_together`."""

    keys: tuple[str, ...]
    label: str
    is_together: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """Shortcuts under one heading."""

    title: str
    shortcuts: tuple[Shortcut, ...]


EVERYWHERE = Sheet(
    "Everywhere",
    (
        Shortcut(("Ctrl", "K"), "Search or do", is_together=True),
        Shortcut(("/",), "Filter this list, else search"),
        Shortcut(("?",), "These shortcuts"),
        Shortcut(("Esc",), "Close"),
    ),
)
LISTS = Sheet(
    "In lists",
    (
        Shortcut(("j",), "Next row"),
        Shortcut(("k",), "Row before"),
        Shortcut(("Enter",), "Open the row"),
        Shortcut(("n",), "Older, more"),
    ),
)
THINGS = Sheet(
    "On a page",
    (
        Shortcut(("p",), "Plan a deployment of this component"),
        Shortcut(("s",), "Start a run of it"),
        Shortcut(("e",), "Edit it"),
        Shortcut(("a",), "Approve"),
        Shortcut(("m",), "More of what can be done here"),
        Shortcut(("i",), "The handbook on this page"),
    ),
)
PALETTE = Sheet(
    "While searching",
    (
        Shortcut(("↑", "↓"), "Move"),
        Shortcut(("Enter",), "Open or do"),
        Shortcut(("Ctrl", "Enter"), "Open in a new tab", is_together=True),
        Shortcut((">",), "Only what can be done"),
        Shortcut(("?",), "Only the handbook"),
    ),
)
SHEETS = (EVERYWHERE, LISTS, THINGS, PALETTE)
