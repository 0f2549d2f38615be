"""What people decide: yes, no, go on, stop, wrong, right after all, wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from slipway_cli import waiting
from slipway_cli.options import (
    PATIENCE,
    WHY,
    AsJson,
    Component,
    Environment,
    Key,
    Number,
    Reason,
    Release,
    Timeout,
    Wait,
    begun,
    examples,
    numbered,
)
from slipway_cli.showing import Screen, plain, words
from slipway_cli.waiting import Seen

Said = Callable[[Seen], str]
JUDGED = {"reject": "rejected", "lift": "rejected no more"}


def approve(
    number: Number,
    *,
    note: Annotated[str, typer.Option("--note", "-n", help="What you have looked at.")] = "",
    wait: Wait = False,
    timeout: Timeout = PATIENCE,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Agree that a deployment goes live. Never one's own."""
    path = f"deployments/{number}/approve/"
    _goes_on(path, key, wait=wait, timeout=timeout, as_json=as_json, note=note)


def refuse(
    number: Number,
    *,
    note: Annotated[str, typer.Option("--note", "-n", help="Why not. Must be said.")],
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Say no to a deployment that waits."""
    _ends(f"deployments/{number}/refuse/", key, _deployment, as_json=as_json, note=note)


def advance(
    number: Number,
    *,
    wait: Wait = False,
    timeout: Timeout = PATIENCE,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Let a deployment go on that waits for a person, because a new release does badly."""
    path = f"deployments/{number}/advance/"
    _goes_on(path, key, wait=wait, timeout=timeout, as_json=as_json)


def abort(number: Number, *, reason: Reason = "", key: Key = "", as_json: AsJson = False) -> None:
    """Stop a deployment before it is live. What is live is left by rolling back."""
    _ends(f"deployments/{number}/abort/", key, _deployment, as_json=as_json, reason=reason)


def reject(
    component: Component,
    release: Release,
    *,
    reason: Annotated[str, WHY],
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Judge a release's content wrong. Nothing of it is deployed, run or sent from now on."""
    _judged("reject", component, release, reason, key, as_json=as_json)


def lift(
    component: Component,
    release: Release,
    *,
    reason: Annotated[str, WHY],
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Take a rejection back. What it held goes on."""
    _judged("lift", component, release, reason, key, as_json=as_json)


def hold(
    component: Component,
    *,
    environment: Environment,
    reason: Annotated[str, WHY],
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Pause a component somewhere. Nothing new runs there until someone resumes it."""
    path = f"components/{component}/hold/"
    given = {"environment": environment, "reason": reason}
    _ends(path, key, _there("is paused"), as_json=as_json, **given)


def resume(
    component: Component, *, environment: Environment, key: Key = "", as_json: AsJson = False
) -> None:
    """Let work go on after a hold."""
    path = f"components/{component}/resume/"
    _ends(path, key, _there("goes on"), as_json=as_json, environment=environment)


def _goes_on(
    path: str, key: str, *, wait: bool, timeout: float, as_json: bool, **given: str
) -> None:
    """Say it of a deployment, and tell how far that is then."""
    screen = Screen(as_json)
    api = begun(screen, key)
    seen = api.post(path, **given)
    waiting.followed(screen, api, seen, wait=wait, timeout=timeout, approval=True)


def _ends(path: str, key: str, said: Said, *, as_json: bool, **given: str) -> None:
    """Say it, and tell in a line what came of it."""
    screen = Screen(as_json)
    seen = begun(screen, key).post(path, **given)
    screen.result(seen, said(seen))


def _judged(
    verb: str, component: str, release: str, reason: str, key: str, *, as_json: bool
) -> None:
    """Say it of a release by its number."""
    screen = Screen(as_json)
    api = begun(screen, key)
    found = numbered(api, component, release)
    seen = api.post(f"releases/{found['id']}/{verb}/", reason=reason)
    screen.result(seen, f"{plain(seen['component'])} v{seen['number']} is {JUDGED[verb]}")


def _deployment(seen: Seen) -> str:
    return f"Deployment {seen['number']} {words(seen['state'])}"


def _there(what: str) -> Said:
    return lambda seen: f"{plain(seen['component'])} {what} in {plain(seen['environment'])}"


def add_to(app: typer.Typer) -> None:
    app.command(epilog=examples("slipway approve 17 --note 'Compared with the source.' --wait"))(
        approve
    )
    app.command(epilog=examples("slipway refuse 17 --note 'Not on a Friday.'"))(refuse)
    app.command(epilog=examples("slipway advance 17 --wait"))(advance)
    app.command(epilog=examples("slipway abort 17 --reason 'Another one goes first.'"))(abort)
    app.command(
        epilog=examples("slipway reject punctuality 3 --reason 'Leaves cancelled flights out.'")
    )(reject)
    app.command(epilog=examples("slipway lift punctuality 3 --reason 'It was the source.'"))(lift)
    app.command(
        epilog=examples("slipway hold punctuality --env production --reason 'Source is reloaded.'")
    )(hold)
    app.command(epilog=examples("slipway resume punctuality --env production"))(resume)
