"""How a place or a deployment stands, in one tone, one icon and a few words. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from deployments.rollouts.lifecycle import STANDS
from deployments.rollouts.queries.told import is_well, told_by
from portal.tones import Tone


@dataclass(frozen=True, slots=True)
class Standing:
    """What a glance should say; `why` is the sentence behind it."""

    tone: Tone
    icon: str
    label: str
    why: str = ""


NOTHING = Standing("neutral", "neutral", "Nothing live")
HEALTH: dict[str, tuple[Tone, str, str]] = {
    "healthy": ("good", "good", "Healthy"),
    "degraded": ("warn", "warn", "Not well"),
    "unknown": ("good", "good", "Live"),
}


def of_place(place: Any) -> Standing:
    """The state of a component in an environment (a Place)."""
    if place.rejection:
        return Standing(
            "bad", "ban", "Live, rejected", f"“{place.rejection.reason}” {_by(place.rejection)}"
        )
    if place.deployment:
        state = place.deployment.State(place.deployment.state)
        return Standing(state.tone, state.icon, state.label, place.deployment.message)
    if place.hold:
        return Standing("warn", "pause", "Paused", f"“{place.hold.reason}”")
    if place.live is None:
        return of_told(place.told) if place.told else NOTHING
    if place.observation is None:
        return Standing(*HEALTH["unknown"])
    return Standing(*HEALTH[place.observation.health], place.observation.message)


def headline(place: Any) -> str:
    """The same as a sentence: what waits or is on its way there is not what is live."""
    live, coming = place.live, place.deployment
    if coming and not place.rejection:
        here = f"{live.release} is live" if live else "Nothing is live yet"
        return f"{here}; {coming.subject} {STANDS[coming.state]}"
    if live is None and place.told:
        return f"{place.told.release or 'A deployment'} is live, deployed from outside"
    if live is None:
        return f"Nothing is live in {place.environment.name}"
    return f"{live.release}: {of_place(place).label.lower()}"


def overall(places: Iterable[Any]) -> Standing | None:
    """What to show beside the name: production's state, else that of the last place in use.

    What others told of counts where nothing of ours is anywhere.
    """
    known = list(places)
    used = [one for one in known if not one.is_empty] or [one for one in known if one.told]
    if not used:
        return None
    production = [place for place in used if place.environment.is_production]
    return of_place((production or used)[-1])


def of_told(change: Any) -> Standing:
    """What serves by the word of a source, where nothing of ours is live (a Change)."""
    health = "unknown" if is_well(change) else "degraded"
    return Standing(*HEALTH[health], f"Told by {told_by(change)}.")


def beside(overall: Standing | None, notices: Iterable[Any]) -> Standing | None:
    """Nothing is called healthy above a notice (a Need) that something of it is wrong."""
    worst = next((one for one in notices if one.tone == "bad"), None)
    if worst is None or (overall and overall.tone != "good"):
        return overall
    return Standing("bad", "bad", "Not well", worst.title)


def _by(rejection: Any) -> str:
    return f"Rejected by {rejection.rejected_by.full_name}."
