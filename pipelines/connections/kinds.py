"""What each kind of connection and destination asks of whoever binds it. Pure.

A binding has an address, perhaps a secret, and options: bounds, and what only the platform role may
allow because it opens a way that is shut for good reasons.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

DIRECTORY, POSTGRES, WEBHOOK = "directory", "postgres", "webhook"
SOURCES = (DIRECTORY, POSTGRES)
DESTINATIONS = (DIRECTORY, WEBHOOK, POSTGRES)


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to set beside the address: a yes or no (`most` 0), or a number with a unit."""

    name: str
    label: str
    hint: str
    default: int = 0
    least: int = 0
    most: int = 0
    is_platform: bool = False

    @property
    def is_switch(self) -> bool:
        return self.most == 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What the dialog asks for; `secret` "" means that this kind has none."""

    address: str
    example: str
    hint: str
    secret: str = ""
    secret_hint: str = ""
    options: tuple[Option, ...] = ()


ALLOW_LOCAL = Option(
    "allow_local",
    "May be on this machine",
    "A server on Slipway's own machine, or a socket. The platform role decides.",
    is_platform=True,
)
FOLDER = "A folder below one of those that bindings may point into; who runs Slipway names them."
DATABASE = "Role, server, port and database. The password is given apart. ?sslmode= may follow."
ASKED: dict[tuple[str, bool], Asked] = {
    (DIRECTORY, True): Asked("Folder", "/srv/data/flights", FOLDER),
    (DIRECTORY, False): Asked("Folder", "/srv/out/acme", FOLDER),
    (POSTGRES, True): Asked(
        "Database",
        "postgresql://reader@db.example:5432/operations",
        DATABASE,
        "Password",
        "Of a role that may read what is needed and nothing else. Kept encrypted, never shown.",
        (
            Option(
                "rows",
                "Most rows",
                "Of one table, in one run.",
                20_000_000,
                least=1,
                most=10**9,
            ),
            Option(
                "megabytes",
                "Most megabytes",
                "Of one table, as text on the way.",
                2048,
                least=1,
                most=102_400,
            ),
            Option(
                "seconds", "Most seconds", "For all tables of one run.", 600, least=1, most=14_400
            ),
            ALLOW_LOCAL,
        ),
    ),
    (POSTGRES, False): Asked(
        "Database",
        "postgresql://writer@db.client.example:5432/reports",
        DATABASE,
        "Password",
        "Of a role that may write the client's tables. Kept encrypted, never shown.",
        (
            Option(
                "megabytes",
                "Most megabytes",
                "Of one delivery, as text on the way.",
                2048,
                least=1,
                most=102_400,
            ),
            Option("seconds", "Most seconds", "For one delivery.", 600, least=1, most=14_400),
            ALLOW_LOCAL,
        ),
    ),
    (WEBHOOK, False): Asked(
        "URL",
        "https://hooks.client.example/slipway",
        "Where the client takes requests. Everyone here sees it, so it holds no key.",
        "Signing secret",
        "The client checks the signature with it. A new one signs beside the old one for a day.",
        (
            Option("megabytes", "Most megabytes", "Of one request's body.", 20, least=1, most=200),
            Option(
                "seconds", "Most seconds", "For one request, answer included.", 30, least=1, most=30
            ),
            Option(
                "allow_private",
                "May be in a private network",
                "Addresses that the internet does not reach, this machine's too. The platform role "
                "decides.",
                is_platform=True,
            ),
            Option(
                "allow_http",
                "May be without TLS",
                "http:// instead of https://: whoever is on the way can read it. The platform role "
                "decides.",
                is_platform=True,
            ),
        ),
    ),
}


class NotAnOption(Exception):
    """What is wrong with an option, in a sentence; `name` says which."""

    def __init__(self, message: str, name: str) -> None:
        super().__init__(message)
        self.message = message
        self.name = name


def asked(kind: str, *, is_source: bool) -> Asked:
    """What this kind asks for."""
    return ASKED[kind, is_source]


def chosen(kind: str, given: Mapping[str, Any], *, is_source: bool) -> dict[str, Any]:
    """The options as they are kept: those that differ from the default. NotAnOption in words."""
    known = {option.name: option for option in asked(kind, is_source=is_source).options}
    for name in given:
        if name not in known:
            there = f"There is: {', '.join(known)}." if known else "There is none."
            raise NotAnOption(f"A {kind} has no option “{name}”. {there}", name)
    kept = {name: _value(known[name], value) for name, value in given.items()}
    return {name: value for name, value in kept.items() if value != known[name].default}


def _value(option: Option, value: Any) -> Any:
    if option.is_switch:
        if not isinstance(value, bool):
            raise NotAnOption(f"{option.name} is true or false.", option.name)
        return value
    if isinstance(value, bool) or not isinstance(value, int):
        raise NotAnOption(f"{option.name} is a whole number.", option.name)
    if not option.least <= value <= option.most:
        raise NotAnOption(
            f"{option.name} is from {option.least:,} to {option.most:,}.", option.name
        )
    return value


def value(options: Mapping[str, Any], name: str, kind: str, *, is_source: bool) -> Any:
    """What is set, or the kind's default."""
    known = {option.name: option for option in asked(kind, is_source=is_source).options}
    return options.get(name, known[name].default)


def guarded(kind: str, options: Mapping[str, Any], *, is_source: bool) -> Iterator[Option]:
    """What of these options only the platform role may allow."""
    for option in asked(kind, is_source=is_source).options:
        if option.is_platform and options.get(option.name):
            yield option
