"""What people decide: yes, no, go on, stop, wrong, right after all, wait."""

from __future__ import annotations

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
    screen = Screen(as_json)
    api = begun(screen, key)
    seen = api.post(f"deployments/{number}/approve/", note=note)
    waiting.followed(screen, api, seen, wait=wait, timeout=timeout, approval=True)


def refuse(
    number: Number,
    *,
    note: Annotated[str, typer.Option("--note", "-n", help="Why not. Must be said.")],
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Say no to a deployment that waits."""
    screen = Screen(as_json)
    seen = begun(screen, key).post(f"deployments/{number}/refuse/", note=note)
    screen.result(seen, f"Deployment {seen['number']} {words(seen['state'])}")


def advance(
    number: Number,
    *,
    wait: Wait = False,
    timeout: Timeout = PATIENCE,
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Let a deployment go on that waits for a person, because a new release does badly."""
    screen = Screen(as_json)
    api = begun(screen, key)
    seen = api.post(f"deployments/{number}/advance/")
    waiting.followed(screen, api, seen, wait=wait, timeout=timeout, approval=True)


def abort(number: Number, *, reason: Reason = "", key: Key = "", as_json: AsJson = False) -> None:
    """Stop a deployment before it is live. What is live is left by rolling back."""
    screen = Screen(as_json)
    seen = begun(screen, key).post(f"deployments/{number}/abort/", reason=reason)
    screen.result(seen, f"Deployment {seen['number']} {words(seen['state'])}")


def reject(
    component: Component,
    release: Release,
    *,
    reason: Annotated[str, WHY],
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Judge a release's content wrong. Nothing of it is deployed, run or sent from now on."""
    screen = Screen(as_json)
    api = begun(screen, key)
    found = numbered(api, component, release)
    seen = api.post(f"releases/{found['id']}/reject/", reason=reason)
    screen.result(seen, f"{plain(seen['component'])} v{seen['number']} is rejected")


def lift(
    component: Component,
    release: Release,
    *,
    reason: Annotated[str, WHY],
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Take a rejection back. What it held goes on."""
    screen = Screen(as_json)
    api = begun(screen, key)
    found = numbered(api, component, release)
    seen = api.post(f"releases/{found['id']}/lift/", reason=reason)
    screen.result(seen, f"{plain(seen['component'])} v{seen['number']} is rejected no more")


def hold(
    component: Component,
    *,
    environment: Environment,
    reason: Annotated[str, WHY],
    key: Key = "",
    as_json: AsJson = False,
) -> None:
    """Pause a component somewhere. Nothing new runs there until someone resumes it."""
    screen = Screen(as_json)
    path = f"components/{component}/hold/"
    seen = begun(screen, key).post(path, environment=environment, reason=reason)
    screen.result(seen, f"{plain(seen['component'])} is paused in {plain(seen['environment'])}")


def resume(
    component: Component, *, environment: Environment, key: Key = "", as_json: AsJson = False
) -> None:
    """Let work go on after a hold."""
    screen = Screen(as_json)
    path = f"components/{component}/resume/"
    seen = begun(screen, key).post(path, environment=environment)
    screen.result(seen, f"{plain(seen['component'])} goes on in {plain(seen['environment'])}")


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
