"""What it means that rows came after newer ones, in words that stand with their delivery."""

from __future__ import annotations

from pipelines.deliveries.destinations.base import Late, Parcel
from pipelines.dispatch.operations.ahead import Ahead
from portal import figures

LATE = "Something newer stood there already: rows were added whose key was missing, none changed."
MENDED = (
    "Something newer stood there already: rows were added whose key was missing. Of the others {} "
    "corrected, still as {} had left {}."
)


def said(late: Late, parcel: Parcel, found: Ahead) -> str:
    """What was added and changed, and whether rows of a rejected version may still stand."""
    if found.wrong is None:
        return LATE
    rejected = f"v{found.wrong.version.number} (rejected)"
    if late.mended:
        is_one = late.mended == 1
        rows = f"{figures.times(late.mended, 'row')} {'was' if is_one else 'were'}"
        return MENDED.format(rows, rejected, "it" if is_one else "them")
    if late.mended == 0:
        return f"{LATE} None of its rows stood there as {rejected} had left it."
    is_kept = parcel.wrong is not None and parcel.wrong.content is not None
    why = "it can't be compared with the table" if is_kept else "it is not kept any more"
    return (
        f"{LATE} Rows of {rejected} may still stand there: what it delivered can't tell, as {why}. "
        "Who owns the table can correct them, or delete them and deliver this again."
    )
