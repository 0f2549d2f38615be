"""What would reach a client if another version went live: judged from both files. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.transformations import compatibility, diff
from pipelines.transformations.compatibility import Comparison
from portal.tones import Tone

Spec = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Effect:
    """What changes for one client at one destination, from the live version to another."""

    tone: Tone
    icon: str
    label: str
    words: str
    contract: Comparison
    was: str  # "Parquet at punctuality/{month}.parquet", "" where it gets nothing
    would: str


def effect(live: Spec | None, other: Spec, *, client: str, destination: str) -> Effect:
    """The effect of putting `other` in the place of `live` (None: nothing is live)."""
    was = _gets(live, client, destination) if live else ""
    would = _gets(other, client, destination)
    contract = compatibility.compare(live.get("contract") if live else None, other.get("contract"))
    tone, icon, label = _verdict(contract, was, would)
    return Effect(
        tone, icon, label, _words(contract, live, other, was, would), contract, was, would
    )


def _gets(spec: Spec, client: str, destination: str) -> str:
    return diff.deliveries(spec).get(f"{client}/{destination}", "")


def _verdict(contract: Comparison, was: str, would: str) -> tuple[Tone, str, str]:
    if not would:
        return "bad", "bad", "Gets it no more"
    if not was:
        return "info", "good", "Gets it for the first time"
    if contract.breaking:
        return "bad", "bad", "May break"
    if was != would:
        return "warn", "warn", "Arrives otherwise"
    if contract.changed:
        return "good", "good", "Can read it"
    return "good", "good", "Same columns"


def _words(contract: Comparison, live: Spec | None, other: Spec, was: str, would: str) -> str:
    """Why, in a sentence or two."""
    said = []
    if not would:
        said.append("The file does not name it any more.")
    elif was and was != would:
        said.append(f"{was} becomes {would}.")
    if would and was and contract.changed:
        said += [f"{row.column}: {_effect(row)}." for row in contract.changed[:4]]
        if len(contract.changed) > 4:
            said.append(f"And {len(contract.changed) - 4} more.")
    if live and not said:
        changes = diff.compare(live, other).words()
        said.append(f"Changes {_listed(changes)}." if changes else "Its file says the same.")
    return " ".join(said)


def _effect(row: compatibility.Row) -> str:
    effect = row.effect[0].lower() + row.effect[1:]
    if row.old == compatibility.ABSENT or row.new in {compatibility.ABSENT, row.old}:
        return effect
    return f"{effect} ({row.old} to {row.new})"


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
