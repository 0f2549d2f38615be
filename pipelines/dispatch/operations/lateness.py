"""What it means that rows came after newer ones, in words that stand with their delivery."""

from __future__ import annotations

from pipelines.deliveries.destinations.base import Late, Parcel
from pipelines.dispatch.operations.ahead import Ahead
from portal import figures

ADDED = "Something newer stood there already: rows were added whose key was missing"
LATE = f"{ADDED}, none changed."


def said(late: Late, parcel: Parcel, found: Ahead) -> str:
    """What was added and changed, and whether rows of a rejected version may still stand."""
    if found.wrong is None:
        return LATE
    rejected = f"v{found.wrong.version.number}, which was rejected"
    if late.mended:
        rows = figures.times(late.mended, "row")
        return f"{ADDED}, and {rows} mended that were as {rejected}, had left them."
    if late.mended == 0:
        return f"{LATE} No row was there any more as {rejected}, had left it."
    why = (
        "what it delivered was tidied away"
        if parcel.wrong is None or parcel.wrong.content is None
        else "its columns are others"
    )
    return (
        f"{LATE} Rows of {rejected}, may still stand there: {why}, so they can't be told from "
        "others. Who owns the table can correct them, or delete them and deliver this again."
    )
