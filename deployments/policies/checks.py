"""The rules of a deployment: facts in, findings out. Pure, so that a rule can be replayed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from deployments.targets.base import Finding, Health

Kind = Literal["release", "configuration", "rollback"]
BUSY = "Another deployment is open"


@dataclass(frozen=True, slots=True)
class Rejected:
    """That this content was judged wrong, and who can take it back."""

    by: str
    at: datetime
    reason: str
    lifters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Earlier:
    """How the release did in the environment before this one."""

    environment: str
    is_live: bool
    was_live: bool
    health: Health = "unknown"
    message: str = ""


@dataclass(frozen=True, slots=True)
class Busy:
    """The deployment that is under way in this place."""

    number: int
    title: str
    by: str
    stands: str  # "waits for an approval"
    is_live: bool = False  # it has switched, and waits for a word at its last step

    def __str__(self) -> str:
        return f"#{self.number} ({self.title}) by {self.by} {self.stands}"

    @property
    def given_up(self) -> str:
        """What a rollback or a rejection does to it, before somebody says yes to that."""
        return f"{self}: it is aborted."


@dataclass(frozen=True, slots=True)
class Held:
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the rules look at. Names are words for people: "v3", "production"."""

    kind: Kind
    release: str
    environment: str
    is_production: bool = False
    is_live_already: bool = False
    rejected: Rejected | None = None
    earlier: Earlier | None = None
    busy: Busy | None = None
    held: Held | None = None
    approvals: int = 0
    is_asked: bool = False  # it is open already: some of them may have agreed, then left
    approvers: tuple[str, ...] = ()
    target: tuple[Finding, ...] = ()


def findings(facts: Facts) -> tuple[Finding, ...]:
    """All rules that apply, in the order in which people should read them."""
    return tuple(_findings(facts))


def _findings(facts: Facts) -> Iterator[Finding]:
    yield _not_rejected(facts)
    if facts.kind == "rollback":
        return
    if facts.is_live_already:
        yield _nothing_changes(facts)
    if facts.kind == "release" and facts.earlier:
        yield _earlier(facts, facts.earlier)
    yield from facts.target
    yield _alone(facts)
    yield _not_paused(facts)
    if facts.approvals:
        yield _approved(facts)


def failing(found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(finding for finding in found if finding.verdict == "fail")


def warning(found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """What stops nobody, and should be read before the button."""
    return tuple(finding for finding in found if finding.verdict == "warn")


def tally(found: tuple[Finding, ...], approvals: int = 1) -> str:
    """ "5 pass, 1 asks for a second person" """
    asks = "asks for a second person" if approvals == 1 else f"asks for {approvals} others"
    words = {**WORDS, "ask": (asks, "ask for other people")}
    counts = dict.fromkeys(WORDS, 0)
    for finding in found:
        counts[finding.verdict] += 1
    return ", ".join(
        f"{count} {one if count == 1 else many}"
        for (one, many), count in zip(words.values(), counts.values(), strict=True)
        if count
    )


WORDS = {
    "pass": ("passes", "pass"),
    "fail": ("stops it", "stop it"),
    "warn": ("warns", "warn"),
    "ask": ("asks for a second person", "ask for other people"),
}


def _not_rejected(facts: Facts) -> Finding:
    rejected = facts.rejected
    if rejected is None:
        said = f"Nobody has rejected what {facts.release} is made of."
        return Finding("Not rejected", "pass", said)
    said = rejection(facts.release, rejected)
    return Finding("Rejected", "fail", said, override="whoever lifts it")


def rejection(release: str, rejected: Rejected) -> str:
    """Who rejected it, when, why, and who can lift that."""
    who = listed(rejected.lifters) or "A maintainer of the team"
    return (
        f"{release} was rejected by {rejected.by} on {day(rejected.at)}: “{rejected.reason}” "
        f"{who} can lift that, with a reason."
    )


def _nothing_changes(facts: Facts) -> Finding:
    return Finding(
        "Nothing would change",
        "fail",
        f"{facts.release} with this configuration is live in {facts.environment} already.",
        override="no one",
    )


def _earlier(facts: Facts, earlier: Earlier) -> Finding:
    """That it was live is the rule; how it ran there is told beside it, and may warn.

    A lower environment runs no schedule of its own, and not every target knows of runs: where
    nothing is known, production asks whoever deploys to mean it.
    """
    place = earlier.environment
    if not earlier.is_live and not earlier.was_live:
        verdict = "fail" if facts.is_production else "warn"
        return Finding(
            f"Never live in {place}",
            "fail" if verdict == "fail" else "warn",
            f"{facts.release} has not been live in {place}. Deploy it there first.",
            override="no one" if verdict == "fail" else "whoever deploys",
            first_in=place,
        )
    if earlier.health == "degraded":
        message = earlier.message or f"It does not do well in {place}."
        return Finding(f"Not well in {place}", "warn", message, override="whoever deploys")
    since = f"Live in {place}." if earlier.is_live else f"Was live in {place}, no longer is."
    message = f"{since} {earlier.message}".strip()
    if earlier.health == "unknown" and facts.is_production:
        return Finding(f"Not proven in {place}", "warn", message, override="whoever deploys")
    return Finding(f"Was live in {place} first", "pass", message)


def _alone(facts: Facts) -> Finding:
    busy = facts.busy
    if busy is None:
        said = f"No other deployment is open in {facts.environment}."
        return Finding("Nothing else is being deployed here", "pass", said)
    who = "whoever lets the other go on" if busy.is_live else "whoever aborts the other"
    return Finding(BUSY, "fail", under_way(busy), override=who)


def under_way(busy: Busy) -> str:
    """What keeps others from beginning here. What is live already can't be aborted any more."""
    instead = "Let it go on, or roll back" if busy.is_live else "Let it end, or abort it"
    return f"{busy}. {instead}, then try again."


def _not_paused(facts: Facts) -> Finding:
    held = facts.held
    if held is None:
        return Finding("Not paused", "pass", f"Work goes on in {facts.environment}.")
    return Finding(
        "Paused",
        "warn",
        f"Paused by {held.by} on {day(held.at)}: “{held.reason}” {facts.release} will be live, "
        "but nothing runs until someone resumes it.",
        override="whoever deploys",
    )


def _approved(facts: Facts) -> Finding:
    needed, people = facts.approvals, facts.approvers
    name = "A second person approves" if needed == 1 else f"{needed} other people approve"
    if len(people) < needed:
        message = (
            f"{facts.environment} wants {needed} other {'person' if needed == 1 else 'people'} "
            f"to agree, but there {'is' if len(people) == 1 else 'are'} only "
            f"{len(people)} who may. The platform team can name another maintainer."
        )
        if facts.is_asked:
            return Finding(name, "ask", message, override="platform")
        return Finding("Too few may approve", "fail", message, override="platform")
    return Finding(name, "ask", f"{listed(people, 'or')} can.", override="whoever approves")


def waits_for(approvals: int, approvers: tuple[str, ...]) -> str:
    """What a deployment says while nobody has agreed yet."""
    who = listed(approvers, "or") or "someone who may"
    if approvals == 1:
        return f"Waits until {who} approves."
    return f"Waits until {approvals} people approve: {who} can."


def listed(
    names: tuple[str, ...], last: str = "or", most: int = 4, *, others: str = "someone else"
) -> str:
    """ "Ines Marsh, Tomas Reyes or someone else"; `others`: what more there is, where not people"""
    if len(names) > most:
        names = (*names[: most - 1], others)
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def day(at: datetime) -> str:
    return f"{at.day} {at:%B at %H:%M} UTC"
