"""The servers that an installation names by URL, as Django's settings want them."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from portal import env

PROCESS = "SLIPWAY_PROCESS"
WORKING = {"web", "control", "runs", "deliveries", "previews"}  # processes
# They ask for rows by their keys, all day the same: one plan is good for all values. What pages ask
# is planned for the values that it is asked with.
PLANNED_ONCE = {"runs", "deliveries"}
KEEP = "SLIPWAY_KEEP_PLANS"
TIMES = 5  # after which a session keeps the plan of what it is asked
# Of a host that is gone without a word; the system's own measure is two hours.
GONE = {
    "connect_timeout": "5",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
BEYOND = 2  # seconds that the server is given to say itself that it took too long


def database(url: str) -> dict[str, object]:
    """Django's database settings out of a PostgreSQL URL; a socket folder goes into `?host=`."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise env.Misconfigured(
            f"DATABASE_URL must begin with postgresql://, not {parts.scheme}://."
        )
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "portal.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "slipway",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": query.pop("port", None) or str(parts.port or ""),
        # After PostgreSQL was restarted nobody meets a connection of before; costs an empty query.
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "pool": {
                "min_size": 1,
                "max_size": env.integer("SLIPWAY_POOL", 8, least=1),
                "timeout": 10,
            },
            **GONE,
            "server_side_binding": True,
            **of_this_process(),
            **query,
        },
    }


def of_this_process() -> dict[str, object]:
    """What PostgreSQL is told about who connects and how each of its sessions behaves.

    And how long this process waits for one answer: a little longer than PostgreSQL works at it.

    The planner weighs every order of up to eight joined tables: 10 ms for the nine of a claimed
    run. Ours begin at the table that is filtered, so four at a time are enough (1 ms, same plan).
    """
    session = {
        "idle_in_transaction_session_timeout": f"{idle_in_transaction()}s",
        "join_collapse_limit": "4",
        "jit": "off",
    }
    if seconds := statement():
        session["statement_timeout"] = f"{seconds}s"
    process = env.text(PROCESS, "slipway")
    return {
        "application_name": process,
        "prepare_threshold": TIMES
        if process in PLANNED_ONCE and env.flag(KEEP, default=True)
        else None,
        "options": " ".join(f"-c {name}={value}" for name, value in session.items()),
        "patience": seconds + BEYOND if seconds else 0,
    }


def statement() -> int:
    """Seconds that PostgreSQL may work at one statement: people wait for the web process's.

    Workers and commands may take their time: 0, no limit.
    """
    return env.integer("SLIPWAY_STATEMENT_SECONDS", 10) if env.text(PROCESS) == "web" else 0


def idle_in_transaction() -> int:
    """Seconds after which a process that is suspended inside a transaction loses it and its locks.

    Commands such as migrate may take their time: 0, no limit.
    """
    return env.integer("SLIPWAY_IDLE_IN_TRANSACTION", 15 if env.text(PROCESS) in WORKING else 0)


class Mail(NamedTuple):
    """A mail server; `host` is "" where none is named."""

    host: str
    port: int
    user: str
    password: str
    is_tls: bool  # STARTTLS
    is_ssl: bool  # TLS from the first byte


def mail(url: str) -> Mail:
    """smtp://host, smtp+tls://user:password@host:587 (STARTTLS) or smtps://host; "" is none."""
    if url and not env.is_address(url, PORTS):
        raise env.Misconfigured(
            "SLIPWAY_MAIL_URL is smtp://, smtp+tls:// or smtps:// and a host, "
            "such as smtp+tls://user:password@mail.example.com:587."
        )
    parts = urlsplit(url)
    return Mail(
        host=parts.hostname or "",
        port=parts.port or PORTS.get(parts.scheme, 25),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        is_tls=parts.scheme == "smtp+tls",
        is_ssl=parts.scheme == "smtps",
    )


def sentry(dsn: str) -> str:
    """Whom errors are told to: with the key and the number of the project; "" is nobody."""
    parts = urlsplit(dsn) if env.is_address(dsn, env.WEB) else None
    if dsn and not (parts and parts.username and parts.path.strip("/")):
        raise env.Misconfigured(
            "SENTRY_DSN is no DSN: Sentry shows it as https://key@errors.example.com/1."
        )
    return dsn


PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
