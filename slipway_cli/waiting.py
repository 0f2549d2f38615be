"""Looking at something until it has ended, and telling how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from slipway_cli import against
from slipway_cli.client import Api
from slipway_cli.endings import Code, Ended
from slipway_cli.showing import Screen, plain, words

FIRST_PAUSE, LONGEST_PAUSE = 0.3, 3.0  # seconds between looks; each is a third longer
GONE_ON = {"queued", "running", "waiting", "awaiting_approval"}
ON_ITS_WAY = {"queued", "sending"}
Seen = dict[str, Any]


def until(
    api: Api,
    path: str,
    *,
    screen: Screen,
    timeout: float,
    is_over: Callable[[Seen], bool],
    progress: Callable[[Seen], list[str]],
) -> tuple[Seen, bool]:
    """The thing as it was seen last, and whether it is over; each new line of progress is told."""
    told: list[str] = []
    end, pause = time.monotonic() + timeout, FIRST_PAUSE
    with screen.aside.status("…") as status:
        while True:
            seen: Seen = api.get(path)
            for line in progress(seen):
                if line not in told:
                    told.append(line)
                    screen.tell(line)
            if is_over(seen):
                return seen, True
            left = end - time.monotonic()
            if left <= 0:
                return seen, False
            status.update(words(seen["state"]))
            time.sleep(min(pause, left))
            pause = min(pause * 1.33, LONGEST_PAUSE)


def unended(screen: Screen, seen: Seen) -> None:
    """For programs: what has not ended well, or not yet, is a result as well."""
    if screen.as_json:
        screen.json(seen)


def deployment(
    api: Api, asked: Seen, *, screen: Screen, timeout: float, for_approval: bool
) -> Seen:
    """Until a deployment has ended well; any other end is told by its code."""
    name = f"Deployment {asked['number']}"

    def is_over(seen: Seen) -> bool:
        if seen["state"] == "waiting" or (
            seen["state"] == "awaiting_approval" and not for_approval
        ):
            return True
        return seen["state"] not in GONE_ON

    seen, over = until(
        api,
        f"deployments/{asked['id']}/",
        screen=screen,
        timeout=timeout,
        is_over=is_over,
        progress=steps,
    )
    where = f"{api.address}{seen['url']}"
    if seen["state"] != "succeeded":
        unended(screen, seen)
    if seen["state"] == "awaiting_approval":
        raise Ended(
            Code.WAITS_FOR_A_PERSON,
            f"{name} waits for an approval{_by_whom(seen)}.",
            hint=f"Who may: slipway approve {seen['number']}, or {where}",
        )
    if seen["state"] == "waiting":
        raise Ended(
            Code.WAITS_FOR_A_PERSON,
            f"{name} waits for a person to let it go on. {seen['message']}".strip(),
            hint=f"Look at {where}, then: slipway advance {seen['number']}, or {_or_else(seen)}",
        )
    if not over:
        words_ = f"{name} is still {words(seen['state'])} after {timeout:.0f} s. It goes on."
        raise Ended(Code.STILL_GOING, words_, hint=f"Look at {where}")
    if seen["state"] != "succeeded":
        words_ = f"{name} ended as {words(seen['state'])}. {seen['message']}".strip()
        raise Ended(Code.ENDED_BADLY, words_, hint=f"Look at {where}")
    return seen


def followed(
    screen: Screen,
    api: Api,
    seen: Seen,
    *,
    wait: bool,
    timeout: float,
    approval: bool,
) -> None:
    """Say what was asked for, and how it ended where that is wanted."""
    screen.tell(f"{plain(seen['title'])}: {api.address}{seen['url']}")
    if wait:
        seen = deployment(api, seen, screen=screen, timeout=timeout, for_approval=approval)
    screen.result(
        seen,
        f"Deployment {seen['number']} {words(seen['state'])}: {plain(seen['component'])} "
        f"v{seen['release']} in {plain(seen['environment'])}",
    )


def run(api: Api, asked: Seen, *, screen: Screen, timeout: float) -> Seen:
    """Until a run has ended well and sent what it sends."""
    name = f"Run {asked['number']}"
    seen, over = until(
        api,
        f"runs/{asked['id']}/",
        screen=screen,
        timeout=timeout,
        is_over=lambda seen: seen["state"] not in GONE_ON and not _sending(seen),
        progress=sendings,
    )
    where = f"Look at {api.address}/runs/{seen['number']}/"
    if not over:
        unended(screen, seen)
        words_ = f"{name} is still {words(seen['state'])} after {timeout:.0f} s. It goes on."
        raise Ended(Code.STILL_GOING, words_, hint=where)
    failed = [each["destination"] for each in newest(seen) if each["state"] == "failed"]
    if seen["state"] != "succeeded" or failed:
        unended(screen, seen)
        against.show(screen, api, f"runs/{seen['id']}/", against.newest(seen))
        what = f"not delivered to {', '.join(failed)}" if failed else words(seen["state"])
        raise Ended(Code.ENDED_BADLY, f"{name}: {what}. {seen['message']}".strip(), hint=where)
    return seen


def preview(api: Api, asked: Seen, *, screen: Screen, timeout: float) -> Seen:
    """Until a preview has ended, however it did."""
    seen, over = until(
        api,
        f"previews/{asked['id']}/",
        screen=screen,
        timeout=timeout,
        is_over=lambda seen: seen["state"] not in GONE_ON,
        progress=lambda seen: [seen["stage"]] if seen["stage"] else [],
    )
    if not over:
        unended(screen, seen)
        raise Ended(Code.STILL_GOING, f"The preview is still {words(seen['state'])}.")
    return seen


def steps(seen: Seen) -> list[str]:
    """Steps of a deployment that are over or wait, each in a line."""
    marks = {"done": "✓", "failed": "✗", "waiting": "…", "skipped": "–"}
    return [
        f"{marks[step['state']]} {step['title']} {step['message']}".rstrip()
        for step in seen["steps"]
        if step["state"] in marks
    ]


def sendings(seen: Seen) -> list[str]:
    """A run's end, and where its deliveries are."""
    done = [] if seen["state"] in GONE_ON else [f"{words(seen['state'])} {seen['message']}".strip()]
    return done + [
        f"{each['destination']}: {words(each['state'])}"
        for each in newest(seen)
        if each["state"] not in ON_ITS_WAY
    ]


def newest(seen: Seen) -> list[Seen]:
    """Deliveries of the run's newest revision."""
    return [each for each in seen["deliveries"] if each["revision"] == seen["revision"]]


def _sending(seen: Seen) -> bool:
    return any(each["state"] in ON_ITS_WAY for each in newest(seen))


def _or_else(seen: Seen) -> str:
    """What is live can't be aborted any more, only left."""
    if not seen["live_at"]:
        return f"slipway abort {seen['number']}"
    return f"slipway rollback {seen['component']} --env {seen['environment']} --reason WHY"


def _by_whom(seen: Seen) -> str:
    may = seen.get("plan", {}).get("approvers") or []
    return f" by {', '.join(may)}" if may else ""
