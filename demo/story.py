"""The story: a transformation is shipped, delivered, found wrong, rolled back and rejected.

Acts are played in their order, each once: what was played is kept in the record, so that a story
that was interrupted goes on with the act in which it stopped.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from demo import looking_back, verbs
from demo.client import Api, Surprise
from demo.record import Record
from demo.setting import Say

FILES = Path(__file__).with_name("files")
PUNCTUALITY, WEATHER, FLEET = "carrier-punctuality", "airport-weather", "fleet-seats"
DELIVERED = {"acme_drop": "delivered", "globex_drop": "delivered"}
CANCELLED_IN_JANUARY = 521
MONTHS = ("january", "february", "march", "april", "may", "june")
ROLLED_BACK = "Acme calls: January shows no cancelled flight at all. v1 counted 521."
REJECTED = "Drops cancelled flights, and its check looks away from them too."
AGAIN = "v3 left the cancelled flights out; v1 counts them."


@dataclass
class Story:
    """Who takes part, and what is remembered between acts."""

    people: dict[str, Api]
    record: Record
    say: Say

    def person(self, username: str) -> Api:
        return self.people[username]

    @property
    def facts(self) -> dict[str, Any]:
        return self.record.facts


def play(story: Story) -> None:
    """Every act that was not played yet."""
    for act in ACTS:
        if act.__name__ not in story.record.acts:
            act(story)
            story.record.acts.append(act.__name__)
            story.record.keep()


def is_over(record: Record) -> bool:
    return [act.__name__ for act in ACTS] == record.acts


def register(story: Story) -> None:
    """A file with slips is refused with their places; a good one becomes version 1, once."""
    mira, hannah = story.person("mira"), story.person("hannah")
    path = "transformations/"
    slips = mira.file_refused(
        "refused",
        "mnth",
        "mean_delay_minutes",
        "line",
        path=path,
        text=file(f"{PUNCTUALITY}-draft"),
    )
    story.say(f"mira sends a file with two slips, and is told: {slips['detail']}")
    first = file(f"{PUNCTUALITY}-v1", committed=timedelta(days=2))
    hannah.file_refused("not-allowed", "airline-data", path=path, text=first)
    _registered(mira, f"{PUNCTUALITY}-v1", first, number=1)
    _registered(mira, f"{PUNCTUALITY}-v1", first, number=1)
    story.say(f"mira registers {PUNCTUALITY} v1; the same file again is the same version")


def ship_first_version(story: Story) -> None:
    """Development, where nothing reaches a client; staging; production, with a second person."""
    mira, ines = story.person("mira"), story.person("ines")
    first = verbs.ask(mira, PUNCTUALITY, 1, "development", "First version, to try it out.")
    verbs.deployed(mira, first)
    tried = verbs.run(mira, PUNCTUALITY, "development", "january-trial", month=1)
    verbs.good(tried, acme_drop="delivered", globex_drop="unbound")
    story.say(
        "v1 runs in development: what Acme would get lies in a folder of our own, and nothing is "
        "sent to Globex, which is not bound there"
    )
    staged = verbs.promote(mira, PUNCTUALITY, 1, "staging", "Right for January: on to staging.")
    verbs.deployed(mira, staged)
    verbs.good(verbs.run(mira, PUNCTUALITY, "staging", "january", month=1), **DELIVERED)
    story.say("v1 runs in staging and is delivered to the clients' test folders")
    asked = verbs.promote(mira, PUNCTUALITY, 1, "production", "Staging agrees with the source.")
    if mira.get(f"deployments/{asked['id']}/")["state"] == "awaiting_approval":
        mira.refused("not-allowed", path=f"deployments/{asked['id']}/approve/")
    verbs.approve(ines, asked, "Reconciled with the source by hand.")
    story.facts["first_deployment"] = verbs.deployed(mira, asked)["number"]
    story.say("mira asks for production and may not approve it herself; ines does")
    months = [
        verbs.start(mira, PUNCTUALITY, "production", key, month=number)
        for number, key in enumerate(MONTHS, start=1)
    ]
    for begun in months:
        verbs.good(verbs.ended(mira, begun), **DELIVERED)
    story.facts["first_run"] = months[0]["number"]
    story.say("January to June are delivered to Acme Travel and Globex")


def neighbours(story: Story) -> None:
    """Other components of other people, and what strangers may not do."""
    mira, tomas, hannah = (story.person(name) for name in ("mira", "tomas", "hannah"))
    _registered(mira, WEATHER, file(WEATHER, committed=timedelta(days=1)), number=1)
    verbs.deployed(mira, verbs.ask(mira, WEATHER, 1, "staging", "New: weather by airport."))
    verbs.good(verbs.run(mira, WEATHER, "staging", "january", month=1), globex_drop="delivered")
    asked = verbs.promote(mira, WEATHER, 1, "production", "Globex asked for it.")
    verbs.approve(tomas, asked, "Harmless and useful.")
    verbs.deployed(mira, asked)
    verbs.good(verbs.run(mira, WEATHER, "production", "january", month=1), globex_drop="delivered")
    story.say(f"{WEATHER} is live beside it and delivers to Globex")
    hannah.file_refused(
        "refused",
        "acme-travel",
        "grant",
        path="transformations/",
        text=file(f"{FLEET}-ungranted"),
    )
    _registered(hannah, FLEET, file(FLEET, committed=timedelta(hours=20)), number=1)
    verbs.deployed(hannah, verbs.ask(hannah, FLEET, 1, "development", "For the budget."))
    verbs.good(verbs.run(hannah, FLEET, "development", "budget"))
    story.say(f"hannah registers {FLEET} for finance; without a grant she reaches no client")
    strangers = {"component": PUNCTUALITY, "release": 1, "environment": "staging"}
    hannah.refused("not-allowed", "airline-data", path="deployments/", **strangers)
    start = {"transformation": PUNCTUALITY, "environment": "staging", "parameters": {}}
    story.person("jonas").refused("not-allowed", path="runs/", **start)
    story.say("hannah may not deploy what is not hers, jonas may only look")


def configure(story: Story) -> None:
    """What production sets for the component is a deployment too, with approval and a way back."""
    mira, tomas = story.person("mira"), story.person("tomas")
    values = {
        "schedule": {
            "cron": "0 6 2 * *",
            "timezone": "America/New_York",
            "catch_up": "latest",
            "parameters": {"month": "{previous_month}"},
        },
        "limits": {"memory_mb": 768, "seconds": 90},
    }
    reason = "On the second of each month, when the records are complete."
    asked = verbs.configure(mira, PUNCTUALITY, "production", values, reason)
    verbs.approve(tomas, asked, "Agreed with Acme.")
    story.facts["configuration_deployment"] = verbs.deployed(mira, asked)["number"]
    story.say(
        "production gets limits and a schedule, as a deployment: it runs once a month by itself"
    )


def pause(story: Story) -> None:
    """Nothing starts while it is paused."""
    tomas, mira = story.person("tomas"), story.person("mira")
    reason = "The flight records are being loaded again."
    if not verbs.standing(tomas, PUNCTUALITY, "production")["hold"]:
        path = f"components/{PUNCTUALITY}/hold/"
        tomas.post(path, environment="production", reason=reason)
    start = {"transformation": PUNCTUALITY, "environment": "production"}
    mira.refused("conflict", "paused", path="runs/", parameters={"month": 3}, **start)
    tomas.post(f"components/{PUNCTUALITY}/resume/", environment="production")
    story.say("tomas pauses production while the source is loaded, and resumes it")


def second_version(story: Story) -> None:
    """A join that doubles rows: the check stops it in staging, before anybody receives anything."""
    mira = story.person("mira")
    name = f"{PUNCTUALITY}-v2"
    _registered(mira, name, file(name, committed=timedelta(hours=5)), number=2)
    verbs.deployed(mira, verbs.ask(mira, PUNCTUALITY, 2, "staging", "With the visibility."))
    stopped = verbs.run(mira, PUNCTUALITY, "staging", "january-with-visibility", month=1)
    said = stopped["message"]
    if stopped["state"] != "failed" or stopped["deliveries"] or "counted twice" not in said:
        raise Surprise(f"v2 should have been stopped by its check: {stopped}")
    story.facts.update(stopped_run=stopped["number"], stopped_run_id=stopped["id"])
    story.say(f"v2 doubles rows and is stopped in staging. {said}")


def third_version(story: Story) -> None:
    """It passes its checks, which look away from what it leaves out: so it reaches the clients."""
    mira, ines = story.person("mira"), story.person("ines")
    name = f"{PUNCTUALITY}-v3"
    _registered(mira, name, file(name, committed=timedelta(hours=3)), number=3)
    staged = verbs.ask(mira, PUNCTUALITY, 3, "staging", "The join is mended: one hour of weather.")
    verbs.deployed(mira, staged)
    tried = verbs.run(mira, PUNCTUALITY, "staging", "january-mended", month=1)
    story.facts["staged_run"] = verbs.good(tried, **DELIVERED)["id"]
    asked = verbs.promote(mira, PUNCTUALITY, 3, "production", "Passes its checks in staging.")
    verbs.approve(ines, asked, "All checks pass.")
    story.facts["bad_deployment"] = verbs.deployed(mira, asked)["number"]
    wrong = verbs.run(mira, PUNCTUALITY, "production", "january-with-visibility", month=1)
    verbs.good(wrong, **DELIVERED)
    story.facts.update(wrong_run=wrong["id"], wrong_run_number=wrong["number"])
    story.say("v3 passes its checks, goes to production, and January is delivered. It is wrong.")


def notice_and_roll_back(story: Story) -> None:
    """A client asks where the cancelled flights are; whoever may see rows sees it, and acts."""
    mira, tomas = story.person("mira"), story.person("tomas")
    wrong = story.facts["wrong_run"]
    counted = _cancelled(mira.get(f"runs/{wrong}/rows/"))
    if counted:
        raise Surprise(f"v3 should have left all cancelled flights out, but counted {counted}.")
    story.person("hannah").look_refused("not-allowed", path=f"runs/{wrong}/rows/")
    bad = story.facts["bad_deployment"]
    back = verbs.roll_back(tomas, PUNCTUALITY, "production", ROLLED_BACK, evidence=bad)
    done = verbs.deployed(tomas, back)
    _must_be_live(tomas, 1, "production")
    story.facts["rollback"] = done["number"]
    story.say(f"tomas rolls production back to v1, at once and without approval: {ROLLED_BACK}")


def reject(story: Story) -> None:
    """From now on this content is refused on every path."""
    ines, mira = story.person("ines"), story.person("mira")
    release = verbs.release_id(ines, PUNCTUALITY, 3)
    if not ines.get(f"releases/{release}/")["rejection"]:
        ines.post(f"releases/{release}/reject/", reason=REJECTED)
    again = {"component": PUNCTUALITY, "release": 3, "environment": "production"}
    said = mira.refused("refused", "Ines Marsh", REJECTED, path="deployments/", **again)
    if not verbs.standing(mira, PUNCTUALITY, "staging")["rejection"]:
        raise Surprise("Staging should show that the release that is live there is rejected.")
    start = {"transformation": PUNCTUALITY, "environment": "staging", "parameters": {"month": 2}}
    mira.refused("refused", "rejected", path="runs/", **start)
    kept = mira.get("audit/", component=PUNCTUALITY, outcome="refused")["results"]
    if not any(REJECTED in str(entry["reason"]) for entry in kept):
        raise Surprise(f"The refusal of v3 should stand in the audit, which shows: {kept}")
    story.say(f"ines rejects v3. Asking for it again is refused, and kept: {said['detail']}")


def deliver_what_is_right(story: Story) -> None:
    """January once more with v1: revision 2 takes the place of what was wrong, everywhere."""
    mira, tomas = story.person("mira"), story.person("tomas")
    wrong = mira.get(f"runs/{story.facts['wrong_run']}/")
    right = verbs.good(verbs.run_again(mira, wrong, AGAIN), **DELIVERED)
    counted = _cancelled(mira.get(f"runs/{right['id']}/rows/"))
    if right["version"] != 1 or right["revision"] != 2 or counted != CANCELLED_IN_JANUARY:
        raise Surprise(f"January should be v1's, as revision 2, with 521 cancelled: {right}")
    story.say("January is run again with v1 and delivered as revision 2: 521 cancelled flights")
    back = verbs.roll_back(tomas, PUNCTUALITY, "staging", "v3 is rejected: back to v1 here too.")
    verbs.deployed(tomas, back)
    _must_be_live(tomas, 1, "staging")
    staged = mira.get(f"runs/{story.facts['staged_run']}/")
    verbs.good(verbs.run_again(mira, staged, AGAIN), **DELIVERED)
    story.say("staging follows")


def make_up(story: Story) -> None:
    """The due times before there was a schedule, staged only: a rehearsal that no client sees."""
    mira = story.person("mira")
    reason = "A rehearsal of the first half of the year."
    asked = verbs.backfill(
        mira,
        PUNCTUALITY,
        "production",
        reason,
        start_at="2026-02-01T00:00:00Z",
        end_at="2026-07-31T00:00:00Z",
        is_delivering=False,
    )
    done = verbs.backfilled(mira, asked)
    story.facts["backfill"] = done["number"]
    story.say(f"mira makes up for six due times of the schedule, staged only: {done['message']}")


def look_back(story: Story) -> None:
    """What the logs, the trace, the axis of changes and DORA say of all that."""
    mira, facts = story.person("mira"), story.facts
    compared = mira.get(f"deployments/{facts['bad_deployment']}/comparison/")
    story.say(f"v3 beside v1, as anyone can look it up now: {compared['sentence']}")
    try:
        stopped = mira.get(f"runs/{facts['stopped_run_id']}/")
        logged = looking_back.logs_of_stopped_run(mira, stopped)
        story.say(f"The log of the run that v2's check stopped: {logged['worst']}")
        traced = looking_back.trace_of(mira, mira.get(f"runs/{facts['wrong_run']}/"))
        story.say(
            f"One trace of {traced['spans']} spans leads from asking for January to its "
            f"{len(traced['deliveries'])} deliveries"
        )
        facts.update(logged=logged, traced=traced)
    except Surprise as surprise:
        story.say(f"Logs and traces are not kept here, or come later: {surprise}")
    changes = looking_back.axis_of(
        mira, PUNCTUALITY, bad_deployment=facts["bad_deployment"], rollback=facts["rollback"]
    )
    listed = ", ".join(f"{number} of kind {kind}" for kind, number in sorted(changes.items()))
    story.say(f"The axis of changes has all of it: {listed}")
    figures = looking_back.dora_of(mira, PUNCTUALITY, "production")
    story.say(f"DORA of {PUNCTUALITY} in production: {looking_back.sentence(figures)}")


ACTS: tuple[Callable[[Story], None], ...] = (
    register,
    ship_first_version,
    neighbours,
    configure,
    pause,
    second_version,
    third_version,
    notice_and_roll_back,
    reject,
    deliver_what_is_right,
    make_up,
    look_back,
)


def file(name: str, committed: timedelta | None = None) -> str:
    """A file of the story; `committed` ago, so that lead times read as of this week."""
    text = (FILES / f"{name}.yaml").read_text()
    if committed is None:
        return text
    at = (datetime.now(UTC) - committed).strftime("%Y-%m-%dT%H:%M:%SZ")
    return re.sub(r"(?m)^( *committed_at:) .*$", rf"\1 {at}", text)


def _registered(api: Api, name: str, text: str, *, number: int) -> None:
    version = api.send_file("transformations/", text)
    if version["number"] != number:
        raise Surprise(f"{name} should have become version {number}, not {version['number']}.")


def _must_be_live(api: Api, number: int, environment: str) -> None:
    there = verbs.standing(api, PUNCTUALITY, environment)
    if there["release"] != number:
        raise Surprise(f"v{number} should be live in {environment}, which shows {there}.")


def _cancelled(sample: dict[str, Any]) -> int:
    """The sum of the column of that name."""
    at = [column["name"] for column in sample["columns"]].index("cancelled")
    return sum(row[at] for row in sample["rows"])
