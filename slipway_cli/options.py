"""What several commands take, said once, and how examples stand in their help."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from slipway_cli import kept, naming
from slipway_cli.client import Api
from slipway_cli.endings import Code, Ended
from slipway_cli.showing import Screen

PATIENCE = 1800.0  # seconds
AT_THE_END = ExitStack()  # what a command leaves open
OPENED: list[Api] = []  # whom this command asks
# What a header can hold; Slipway takes 200 characters, and the command's own part is in them.
KEY = re.compile(r"[!-~]{0,175}")
TOKEN = re.compile(r"[!-~]*")

NAME = re.compile(r"[A-Za-z0-9._-]*")


def named(value: str) -> str:
    """What goes into an address may not lead to another one."""
    if not NAME.fullmatch(value):
        raise typer.BadParameter(f"“{value}” can't be a name.")
    return value


def keyed(value: str) -> str:
    """A name for an occasion, as far as it can be sent."""
    if not KEY.fullmatch(value):
        raise typer.BadParameter(
            f"“{value}” can't be a key: 1 to 175 visible characters of ASCII without spaces can."
        )
    return value


Component = Annotated[
    str,
    typer.Argument(
        metavar="COMPONENT",
        callback=named,
        help="Its name.",
        autocompletion=naming.components,
    ),
]
Release = Annotated[str, typer.Argument(metavar="RELEASE", help="Its number (3, v3), or “latest”.")]
Number = Annotated[
    str, typer.Argument(metavar="NUMBER", callback=named, help="The deployment's number.")
]
File = Annotated[Path, typer.Argument(metavar="FILE", help="A transformation's file.")]
RunNumber = Annotated[str, typer.Argument(metavar="NUMBER", help="The run's number.")]
Environment = Annotated[
    str,
    typer.Option(
        "--env",
        "-e",
        metavar="ENVIRONMENT",
        help="Where, by name.",
        autocompletion=naming.environments,
    ),
]
WHY = typer.Option("--reason", "-r", help="Why; it stands in the audit. Must be said.")
Reason = Annotated[str, typer.Option("--reason", "-r", help="Why; it stands in the audit.")]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print the API's answer as JSON, and refusals too.")
]
Key = Annotated[
    str,
    typer.Option(
        "--key",
        envvar=kept.KEY,
        callback=keyed,
        help="Your name for this occasion, such as a job's number: for a day the same command "
        "with the same key is done once.",
    ),
]
Wait = Annotated[
    bool, typer.Option("--wait/--no-wait", "-w", help="Wait until it has ended, and say how.")
]
Timeout = Annotated[
    float, typer.Option("--timeout", metavar="SECONDS", help="How long to wait at most.")
]
UnlessLive = Annotated[
    bool,
    typer.Option("--unless-live", help="Ask for nothing, and be done, where it is live already."),
]
Approval = Annotated[
    bool,
    typer.Option(
        "--approval/--no-approval", help="With --wait: wait for people's approval, too, or end."
    ),
]
Parameters = Annotated[
    list[str] | None,
    typer.Option("--param", "-p", metavar="NAME=VALUE", help="A parameter; again for more."),
]


def examples(*lines: str) -> str:
    """The end of a command's help: what to type, as it stands."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def begun(screen: Screen, key: str = "") -> Api:
    """The API as whoever is signed in here, or whose token the environment has."""
    login = kept.login()
    return opened(login.url, login.token, screen, key=key)


def opened(url: str, token: str, screen: Screen, *, key: str = "") -> Api:
    """The API at an address; its connections are closed when the command ends."""
    if not TOKEN.fullmatch(token):
        hint = "Copy it once more: it begins with slw_."
        raise Ended(Code.USAGE, "The token has a character that no token has.", hint=hint)
    api = Api(url, token, key=key, tell=screen.tell)
    OPENED.append(api)
    AT_THE_END.callback(api.http.close)
    return api


def live(api: Api, component: str, environment: str) -> dict[str, Any]:
    """What is live of a component in an environment."""
    for place in api.get(f"components/{component}/live/"):
        if place["environment"] == environment:
            return dict(place)
    raise Ended(Code.REFUSED, f"There is no environment called “{environment}”.")


def under_number(api: Api, path: str, number: str) -> dict[str, Any]:
    """A run or a deployment, as the API shows it, by its number."""
    if not number.isdecimal():
        raise Ended(Code.USAGE, f"“{number}” is no number.")
    if path == "deployments/":
        return dict(api.get(f"{path}{number}/"))
    rows = api.get(path, {"number": number})["results"]
    if not rows:
        raise Ended(Code.REFUSED, f"There is no run {number}.")
    return dict(rows[0])


def parameters(given: Sequence[str] | None, option: str = "--param") -> dict[str, Any]:
    """`month=1` as a number, `day=2013-01-01` as text: what JSON can read is what JSON means."""
    found: dict[str, Any] = {}
    for each in given or ():
        name, equals, text = each.partition("=")
        if not (name and equals):
            raise Ended(Code.USAGE, f"“{each}” has no name: write {option} NAME=VALUE.")
        if name in found:
            raise Ended(Code.USAGE, f"“{name}” is given twice: say {option} {name}= once.")
        try:
            found[name] = json.loads(text)
        except ValueError:
            found[name] = text
    return found


def numbered(api: Api, component: str, release: str) -> dict[str, Any]:
    """A component's release by its number, or its newest one."""
    query: dict[str, str | int | list[str] | None] = {"component": component, "limit": 1}
    if release != "latest":
        number = release.removeprefix("v")
        if not number.isdecimal():
            raise Ended(Code.USAGE, f"“{release}” is no release: write 3, v3 or latest.")
        query["number"] = number
    for found in api.get("releases/", query)["results"]:
        return dict(found)
    api.get(f"components/{component}/")  # refused where there is no such component
    what = "no release yet" if release == "latest" else f"no release {release}"
    hint = "Register one first: slipway register FILE."
    raise Ended(Code.REFUSED, f"{component} has {what}.", hint=hint)
