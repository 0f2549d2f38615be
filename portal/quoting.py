"""What a person wrote, inside a sentence of ours. Pure."""

from __future__ import annotations

ENDS = (".", "!", "?", "…")


def quoted(text: str) -> str:
    """What ends a sentence with one full stop, whether they wrote it or not: “It doubles rows.”"""
    said = text.strip()
    return f"“{said}”" if said.endswith(ENDS) else f"“{said}”."
