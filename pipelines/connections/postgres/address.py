"""The address of a database as people write it, and as it is kept. Pure.

`postgresql://role@host:5432/database?sslmode=require`; the password is the binding's secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlsplit

EXAMPLE = "postgresql://reader@db.example:5432/operations"
SCHEMES = {"postgres", "postgresql"}
# Only "prefer" is libpq's own choice; the last two know the host by its certificate.
MODES = ("disable", "prefer", "require", "verify-ca", "verify-full")
HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9a-fA-F:.]+")
LONGEST = 400
LONGEST_NAME = 63  # PostgreSQL's own


class NotADatabase(Exception):
    """Why this is no address of a database, in a sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Database:
    """A role in a database on a server. `folder` is that of a socket of this machine, else ""."""

    host: str
    port: int
    name: str
    role: str
    tls: str = "prefer"
    folder: str = ""

    @property
    def url(self) -> str:
        """As it is kept and shown; it holds no password."""
        role, name = quote(self.role, safe=""), quote(self.name, safe="")
        host = f"[{self.host}]" if ":" in self.host else self.host
        place = f"{host}:{self.port}" if host else ""
        wishes = [] if self.tls == "prefer" else [f"sslmode={self.tls}"]
        if self.folder:
            wishes += [f"host={quote(self.folder, safe='/')}", f"port={self.port}"]
        asked = f"?{'&'.join(wishes)}" if wishes else ""
        return f"postgresql://{role}@{place}/{name}{asked}"

    @property
    def where(self) -> str:
        """For sentences: "operations on db.example"."""
        return f"{self.name} on {self.host or self.folder}"


def read(text: str) -> Database:
    """Take an address apart. NotADatabase says what is wrong with it, and how it looks right."""
    for problem in _problems(text):
        raise NotADatabase(problem)
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise NotADatabase(f"The port is no number. Write {EXAMPLE}.") from None
    wishes = _wishes(parts.query)
    folder = wishes.get("host", "")
    if bool(folder) == bool(parts.hostname):
        raise NotADatabase(f"The address names no server. Write {EXAMPLE}.")
    if "port" in wishes:
        port = _port(wishes["port"])
    found = Database(
        host=(parts.hostname or "").lower(),
        port=port or 5432,
        name=_name(parts.path.removeprefix("/"), "database"),
        role=_name(parts.username or "", "role"),
        tls=wishes.get("sslmode", "prefer"),
        folder=folder,
    )
    if found.host and not HOST.fullmatch(found.host):
        raise NotADatabase(f"“{found.host}” is no name of a server. Write {EXAMPLE}.")
    return found


def _problems(text: str) -> Iterator[str]:
    if len(text) > LONGEST:
        yield f"The address is too long: at most {LONGEST} characters."
    if any(ord(letter) < 33 or ord(letter) == 127 for letter in text):
        yield "The address holds a space or a control character. Write such a one as %20."
    scheme, _, rest = text.partition("://")
    if scheme not in SCHEMES:
        yield f"A database's address begins with postgresql://. Write {EXAMPLE}."
    if ":" in rest.partition("/")[0].rpartition("@")[0]:
        yield "Leave the password out of the address: give it as the secret, which is kept hidden."
    if "#" in rest or "," in rest.partition("/")[0]:
        yield f"An address names one server and one database. Write {EXAMPLE}."


def _wishes(query: str) -> dict[str, str]:
    """What stands behind the question mark. Anything else could change what the session may do."""
    wishes = dict(parse_qsl(query, keep_blank_values=True))
    if "password" in wishes:
        raise NotADatabase("Leave the password out of the address: give it as the secret.")
    for name in wishes.keys() - {"sslmode", "host", "port"}:
        raise NotADatabase(f"“{name}” can't be set here. An address may set sslmode, nothing else.")
    if (mode := wishes.get("sslmode")) is not None and mode not in MODES:
        raise NotADatabase(f"“{mode}” is no sslmode. There is {', '.join(MODES)}.")
    folder = wishes.get("host")
    if folder is not None and not folder.startswith("/"):
        raise NotADatabase(f"Name the server before the database. Write {EXAMPLE}.")
    if "port" in wishes and folder is None:
        raise NotADatabase(f"Give the port after the server's name. Write {EXAMPLE}.")
    return wishes


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise NotADatabase(f"“{text}” is no port.")
    return int(text)


def _name(text: str, what: str) -> str:
    name = unquote(text)
    if not name:
        raise NotADatabase(f"The address names no {what}. Write {EXAMPLE}.")
    if len(name.encode()) > LONGEST_NAME or "\0" in name or (what == "database" and "/" in text):
        raise NotADatabase(f"“{name}” can't be the name of a {what}. Write {EXAMPLE}.")
    return name
