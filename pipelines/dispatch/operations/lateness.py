"""What it means that rows came after newer ones, in words that stand with their delivery."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.deliveries.destinations.base import Late
from pipelines.deliveries.models import Delivery
from portal import figures
from portal.files.findings import listed

MEND = "Who owns the table can correct them, or delete them and deliver this again."


def said(late: Late, rejected: Sequence[Delivery]) -> str:
    """What was added and corrected, and which rows of rejected versions may still stand."""
    sentences = [f"Something newer stood there already: {_done(late)}."]
    if not rejected:
        return sentences[0]
    versions = dict.fromkeys(f"v{each.version.number}" for each in reversed(rejected))
    of_whom = f"{listed(list(versions))} (rejected)"
    if late.corrected:
        sentences.append(f"What was corrected still stood as {of_whom} had left it.")
    elif not late.untold:
        sentences.append(f"None of its rows stood there as {of_whom} had left it.")
    if late.beside:
        rows = figures.times(late.beside, "row")
        sentences.append(
            f"{rows} of {of_whom} {_are(late.beside)} still there under keys that this result does "
            "not have: an upsert deletes nothing. Who owns the table can."
        )
    if late.untold:
        sentences.append(
            f"Rows of {of_whom} may still stand there: what was delivered can't tell, as "
            f"{late.untold}. {MEND}"
        )
    return " ".join(sentences)


def _done(late: Late) -> str:
    """ "3 rows were added, whose key was missing, and none was changed"."""
    added = (
        f"{figures.times(late.added, 'row')} {_were(late.added)} added, whose key was missing"
        if late.added
        else "no key was missing, so nothing was added"
    )
    corrected = (
        f"{figures.times(late.corrected, 'row')} {_were(late.corrected)} corrected"
        if late.corrected
        else "none was changed"
    )
    return f"{added}, and {corrected}"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
