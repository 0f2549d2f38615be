"""Who you are to Slipway: signing in, out, and asking."""

from __future__ import annotations

import os
import socket
import sys
from getpass import getpass
from typing import Annotated, Any

import typer

from slipway_cli import kept
from slipway_cli.client import Api
from slipway_cli.endings import Code, Ended
from slipway_cli.kept import Login
from slipway_cli.options import AsJson, begun, examples, opened
from slipway_cli.showing import Screen, moment, plain

SCOPES = ["read", "write", "deploy"]


def login(
    *,
    url: Annotated[
        str, typer.Option(envvar=kept.URL, prompt="Address of Slipway", help="Its address.")
    ],
    username: Annotated[str, typer.Option(help="Your name there; asked for if left out.")] = "",
    with_token: Annotated[
        bool, typer.Option("--with-token", help="Read a token from standard input instead.")
    ] = False,
    scope: Annotated[
        list[str] | None, typer.Option(help="What the token may be used for; again for more.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Sign in on this machine.

    With your name and password a token is made for it, and kept in a file that only you can read;
    the password is not kept.
    """
    screen = Screen(as_json)
    address = kept.address(url)
    if with_token:
        token = sys.stdin.readline().strip()
    else:
        name = username or typer.prompt("Name", err=True)
        token = _made(opened(address, "", screen), name, _password(), scope or SCOPES)
    who = opened(address, token, screen).get("whoami/")
    where = kept.keep(Login(address, token))
    screen.result(who, f"Signed in to {address} as {plain(who['full_name'])}.")
    screen.tell(f"The token is kept in {where}, for you alone.")
    if os.environ.get(kept.TOKEN):
        screen.tell(f"But {kept.TOKEN} is set, and wins over it.")


def _password() -> str:
    try:
        return getpass("Password: ")
    except EOFError as error:
        hint = "Without a terminal, hand a token in: slipway login --with-token < FILE"
        raise Ended(Code.USAGE, "Nobody has typed a password.", hint=hint) from error


def _made(api: Api, name: str, password: str, scopes: list[str]) -> str:
    """A new token's secret. An answer that was lost on the way is asked for under a new key."""
    given = {"name": f"slipway on {socket.gethostname()}"[:80], "scopes": scopes}
    for _ in range(2):
        made = api.with_password("tokens/", (name, password), **given)
        if made["secret"]:
            return str(made["secret"])
        api.tell("The token was made, but its secret got lost: making another one.")
    raise Ended(Code.UNREACHABLE, "The token's secret got lost on the way.", hint="Try again.")


def logout(*, as_json: AsJson = False) -> None:
    """Forget this machine's token.

    It is still good elsewhere until it is revoked under your name in the portal.
    """
    screen = Screen(as_json)
    url = kept.forget()
    if not url:
        raise Ended(Code.USAGE, "You are not signed in here.")
    screen.result({"url": url}, f"Signed out of {url}. Revoke the token at {url}/account/tokens/.")


def whoami(*, as_json: AsJson = False) -> None:
    """Say who you are here. In which teams, too, and what your token may be used for."""
    screen = Screen(as_json)
    api = begun(screen)
    who = api.get("whoami/")
    teams = [f"{each['team']} ({each['role']})" for each in who["teams"]]
    teams += ["platform"] if who["is_platform"] else []
    token = who["token"]
    screen.result(
        who,
        f"{plain(who['full_name'])} ({plain(who['username'])}) at {api.address}",
        f"Teams   {', '.join(teams) or 'none'}",
        f"Token   {_described(token)}",
    )


def _described(token: dict[str, Any] | None) -> str:
    if token is None:
        return "none"
    scopes, end = ", ".join(token["scopes"]), moment(token["expires_at"])
    return f"{plain(token['name'])}: {scopes}; until {end}"


def add_to(app: typer.Typer) -> None:
    app.command(
        epilog=examples(
            "slipway login --url https://slipway.example",
            "slipway login --url https://slipway.example --with-token < token.txt",
        )
    )(login)
    app.command(epilog=examples("slipway logout"))(logout)
    app.command(epilog=examples("slipway whoami", "slipway whoami --json | jq -r .username"))(
        whoami
    )
