"""Changing what is live, and taking it back: deploy, promote, roll back."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

import typer

from slipway_cli import naming, waiting
from slipway_cli.client import Api
from slipway_cli.endings import Code, Ended
from slipway_cli.options import (
    PATIENCE,
    WHY,
    Approval,
    AsJson,
    Component,
    Environment,
    Key,
    Reason,
    Release,
    Timeout,
    UnlessLive,
    Wait,
    begun,
    examples,
    live,
    numbered,
)
from slipway_cli.showing import Screen, plain

MARKS = {"pass": "✓", "fail": "✗", "warn": "!"}


def deploy(
    component: Component,
    release: Release,
    *,
    environment: Environment,
    reason: Reason = "",
    plan: Annotated[
        bool, typer.Option("--plan", help="Only show what would change. 3 if it is not allowed.")
    ] = False,
    unless_live: UnlessLive = False,
    wait: Wait = False,
    timeout: Timeout = PATIENCE,
    approval: Approval = True,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Put a release live in an environment."""
    screen = Screen(as_json)
    api = begun(screen, key)
    found = numbered(api, component, release)
    number = str(found["number"])
    asked = {"component": component, "release": number, "environment": environment}
    if plan:
        _planned(screen, api.post("deployments/plan/", **asked))
        return
    if unless_live and _is_there(screen, api, found, environment):
        return
    seen = api.post("deployments/", **asked, reason=reason)
    waiting.followed(screen, api, seen, wait=wait, timeout=timeout, approval=approval)


def _planned(screen: Screen, plan: dict[str, Any]) -> None:
    screen.result(plan, plain(plan["title"]), plain(plan["summary"]))
    if not screen.as_json:
        for found in plan["findings"]:
            mark = MARKS.get(found["verdict"], "·")
            screen.out.print(f"{mark} {plain(found.get('message') or found)}", soft_wrap=True)
        if plan["approvals"]:
            screen.out.print(f"Approval by {', '.join(map(plain, plan['approvers']))}")
    if not plan["can_deploy"]:
        raise Ended(Code.REFUSED, f"It can't be deployed: {plan['tally']}.")


def promote(
    component: Component,
    *,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="ENVIRONMENT",
            help="Where to.",
            autocompletion=naming.environments,
        ),
    ],
    release: Annotated[
        str, typer.Option(help="Its number; what is live in the environment before, if left out.")
    ] = "",
    reason: Reason = "",
    unless_live: UnlessLive = False,
    wait: Wait = False,
    timeout: Timeout = PATIENCE,
    approval: Approval = True,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Take what is live on to an environment."""
    screen = Screen(as_json)
    api = begun(screen, key)
    found = numbered(api, component, release or f"{_live_before(api, component, to)['release']}")
    if unless_live and _is_there(screen, api, found, to):
        return
    seen = api.post(f"releases/{found['id']}/promote/", to=to, reason=reason)
    waiting.followed(screen, api, seen, wait=wait, timeout=timeout, approval=approval)


def _live_before(api: Api, component: str, to: str) -> dict[str, Any]:
    """What is live in the environment before this one that has something live."""
    before: list[dict[str, Any]] = []
    for place in api.get(f"components/{component}/live/"):
        if place["environment"] == to:
            if before:
                return before[-1]
            break
        before += [place] if place["release"] else []
    else:
        raise Ended(Code.REFUSED, f"There is no environment called “{to}”.")
    raise Ended(
        Code.REFUSED,
        f"{component} is live nowhere before {to}.",
        hint=f"Name a release, or deploy it there: slipway deploy {component} latest --env {to}",
    )


def _is_there(screen: Screen, api: Api, release: dict[str, Any], environment: str) -> bool:
    """Whether a release is live there, and if so said."""
    place = live(api, release["component"], environment)
    if place["release"] != release["number"]:
        return False
    name = f"{plain(release['component'])} v{release['number']}"
    screen.result(place, f"{name} is live in {plain(environment)} already")
    return True


def rollback(
    component: Component,
    *,
    environment: Environment,
    reason: Annotated[str, WHY],
    release: Annotated[
        str, typer.Option(help="Where to; the newest that ran and did well there, if left out.")
    ] = "",
    configuration: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER", min=1, help="Only with this revision of what the environment sets."
        ),
    ] = None,
    evidence: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER",
            min=1,
            help="The deployment that is live: how it compares with the one before is kept.",
        ),
    ] = None,
    wait: Wait = False,
    timeout: Timeout = PATIENCE,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Go back to what did well before. At once: it waits for no freeze and no approval."""
    screen = Screen(as_json)
    api = begun(screen, key)
    path = f"components/{component}/rollback/"
    # With a key the same command asks for the same: what is live is another by the second time.
    leaves = None if key else _live_by(api, component, environment)
    more = {"configuration": configuration, "leaves": leaves, "evidence": evidence}
    given = {name: number for name, number in more.items() if number is not None}
    try:
        seen = api.post(path, environment=environment, reason=reason, release=release, **given)
    except Ended as end:
        if not release and (end.problem or {}).get("field") == "release":
            end.hint = _by_name(api.get(path, {"environment": environment}))
        raise
    waiting.followed(screen, api, seen, wait=wait, timeout=timeout, approval=True)


def _live_by(api: Api, component: str, environment: str) -> int | None:
    """The deployment that is left. Who may not read, or can't, goes back all the same."""
    try:
        number: int | None = live(api, component, environment)["deployment"]
    except Ended:
        return None
    return number


def _by_name(candidates: list[dict[str, Any]]) -> str:
    """How to say where to, for what nobody is brought to unasked."""
    pairs = [(each["release"], each["configuration"]) for each in candidates if each["is_possible"]]
    many = Counter(release for release, _ in pairs)
    ways = " or ".join(
        f"--release {release} --configuration {configuration}"
        if many[release] > 1
        else f"--release {release}"
        for release, configuration in pairs
    )
    return f"{ways} goes there all the same." if ways else ""


def add_to(app: typer.Typer) -> None:
    app.command(
        epilog=examples(
            "slipway deploy punctuality 3 --env staging --wait",
            "slipway deploy punctuality latest --env production --plan",
            "slipway deploy punctuality v3 -e production --wait --no-approval",
        )
    )(deploy)
    app.command(
        epilog=examples(
            "slipway promote punctuality --to production --reason 'Right in staging.' --wait",
            "slipway promote punctuality --release 3 --to production",
        )
    )(promote)
    app.command(
        epilog=examples(
            "slipway rollback punctuality --env production --reason 'Counts twice.' --wait",
            "slipway rollback punctuality -e production -r 'Counts twice.' --release 2",
            "slipway rollback punctuality -e staging -r 'Too slow.' --release 2 --configuration 1",
            "slipway rollback punctuality -e production -r 'Runs fail.' --evidence 17",
        )
    )(rollback)
