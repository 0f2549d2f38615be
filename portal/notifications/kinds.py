"""The kinds of notification: what each says, how long it lasts and who hears of it. Pure.

A *condition* lasts: it begins, happens again any number of times, and is over. Everything else has
happened and that is all.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.tones import Tone

MEMBERS = ("viewer", "developer", "maintainer")
DEVELOPERS = ("developer", "maintainer")
MAINTAINERS = ("maintainer",)


@dataclass(frozen=True, slots=True)
class Sort:
    """What there is to say of a kind.

    `begins` and `ends` are titles over the names of a matter; without them the caller's `subject`
    is the title. `ends` of a condition that ends without a word is "".
    """

    icon: str
    tone: Tone
    is_condition: bool = False
    begins: str = "{subject}"
    ends: str = ""
    settled: str = ""  # the title of what ended without a word
    noun: str = ""  # what is counted while it lasts
    did: str = "failed"  # what each of those did
    roles: tuple[str, ...] = ()  # of the owning team: who hears of it unasked
    asked: str = "you asked for it"  # why the one person hears of it whom it concerns
    is_mailed: bool = True  # unless the person says otherwise


SORTS: dict[str, Sort] = {
    "run.failed": Sort(
        icon="bad",
        tone="bad",
        is_condition=True,
        begins="{subject} fails{place}",
        ends="{subject} works again{place}",
        noun="run",
        roles=MEMBERS,
    ),
    "delivery.failed": Sort(
        icon="send",
        tone="bad",
        is_condition=True,
        begins="{subject} does not reach {client}{place}",
        ends="{subject} reaches {client} again{place}",
        noun="delivery,deliveries",
        roles=MEMBERS,
    ),
    "run.late": Sort(
        icon="clock",
        tone="warn",
        is_condition=True,
        begins="{subject} is late{place}",
        ends="{subject} is no longer late{place}",
        noun="run",
        did="came late",
        roles=MEMBERS,
    ),
    "approval.needed": Sort(
        icon="user",
        tone="info",
        is_condition=True,
        begins="{subject} waits for approval",
        settled="{subject} no longer waits for approval",
        roles=MAINTAINERS,
    ),
    "deployment.waiting": Sort(
        icon="question",
        tone="warn",
        is_condition=True,
        begins="{subject} needs a decision",
        settled="{subject} no longer needs a decision",
        roles=DEVELOPERS,
    ),
    "deployment.finished": Sort(icon="deploy", tone="good", is_mailed=False),
    "deployment.failed": Sort(icon="bad", tone="bad"),
    "deployment.rolled_back": Sort(icon="undo", tone="warn", roles=MEMBERS),
    "release.rejected": Sort(icon="ban", tone="bad", roles=MEMBERS),
    "component.deprecated": Sort(icon="clock", tone="warn", roles=MEMBERS),
    "component.claimed": Sort(
        icon="team", tone="info", roles=MAINTAINERS, asked="you send its telemetry"
    ),
    "component.let_go": Sort(icon="team", tone="warn", roles=MAINTAINERS),
    "grant.given": Sort(icon="lock", tone="info", roles=DEVELOPERS),
    "catalog.findings": Sort(
        icon="file", tone="warn", roles=MAINTAINERS, asked="you made the source"
    ),
    "feedback.answered": Sort(icon="good", tone="info", asked="you gave it"),
}
