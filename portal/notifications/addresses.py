"""Addresses of channels that teams read together: read, recognised, made safe. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

from portal.errors import Refused

# What an address may begin with -> what the service is called. Nothing else is sent to.
SERVICES = {
    "mmost": "Mattermost",
    "mmosts": "Mattermost",
    "slack": "Slack",
    "msteams": "Microsoft Teams",
    "workflows": "Microsoft Teams",
    "gchat": "Google Chat",
    "discord": "Discord",
    "wxteams": "Webex",
    "rocket": "Rocket.Chat",
    "rockets": "Rocket.Chat",
    "ntfy": "ntfy",
    "ntfys": "ntfy",
    "pagerduty": "PagerDuty",
    "opsgenie": "Opsgenie",
}
ALSO = {"mattermost": "mmost", "mattermosts": "mmosts"}
# Services whose host stands in the address; the others have one host for everybody.
OWN_HOST = {"mmost", "mmosts", "rocket", "rockets", "ntfy", "ntfys", "workflows"}
# Webhooks as services show them, which apprise reads as they are.
NATIVE = {
    "hooks.slack.com": "Slack",
    "discord.com": "Discord",
    "discordapp.com": "Discord",
    "chat.googleapis.com": "Google Chat",
    "outlook.office.com": "Microsoft Teams",
    ".webhook.office.com": "Microsoft Teams",
    ".logic.azure.com": "Microsoft Teams",
    ".powerplatform.com": "Microsoft Teams",
}
# Mattermost's: https://chat.example.com/hooks/TOKEN, perhaps below a path
HOOK = re.compile(r"(?P<path>(?:/[\w.-]+)*)/hooks/(?P<token>[\w-]{4,80})/?")
# Everything else that an address may ask of the sender (another certificate, another picture) is
# left out.
KEPT = {"to", "channel", "channels", "botname"}
LONGEST = 600


@dataclass(frozen=True, slots=True)
class Address:
    """A channel's address as it is kept."""

    service: str
    host: str  # to show, and to look at before sending; "" where the service is one for all
    url: str  # with its token


def read(text: str) -> Address:
    """An address as someone pasted it; Refused, in words, where it can't be one."""
    text = text.strip()
    if len(text) > LONGEST or any(c.isspace() or not c.isprintable() for c in text):
        raise Refused("An address is one line, without spaces.", field="address")
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").lower()
        _ = parts.port
    except ValueError:
        raise Refused("This address can't be read. Copy it again.", field="address") from None
    scheme = ALSO.get(parts.scheme.lower(), parts.scheme.lower())
    if scheme in {"http", "https"}:
        return _webhook(parts, host)
    if scheme not in SERVICES:
        raise Refused(
            f"Slipway does not know “{parts.scheme or text[:20]}”. Paste the address of an "
            "incoming webhook of Mattermost, Slack or Teams, or one that begins with "
            "mmosts://, slack://, msteams:// or pagerduty://.",
            field="address",
        )
    if not parts.netloc:
        raise Refused("Something is missing behind the two slashes.", field="address")
    shown = host if scheme in OWN_HOST else ""
    url = parts._replace(scheme=scheme, query=_query(parts.query), fragment="").geturl()
    return Address(SERVICES[scheme], shown, url)


def _webhook(parts: SplitResult, host: str) -> Address:
    native = next((name for end, name in NATIVE.items() if _is_at(host, end)), "")
    if native and parts.scheme == "https":
        return Address(native, host, parts._replace(fragment="").geturl())
    found = HOOK.fullmatch(parts.path)
    if not found or not host:
        raise Refused(
            "This looks like a web address, but not like an incoming webhook: those of "
            "Mattermost end in /hooks/ and a token.",
            field="address",
        )
    scheme = "mmosts" if parts.scheme == "https" else "mmost"
    place = parts.netloc.rpartition("@")[2]
    path = f"{found['path']}/{quote(found['token'])}"
    query = _query(parts.query)
    return Address("Mattermost", host, f"{scheme}://{place}{path}{'?' if query else ''}{query}")


def _is_at(host: str, end: str) -> bool:
    return host.endswith(end) if end.startswith(".") else host == end


def _query(query: str) -> str:
    return urlencode([(key, value) for key, value in parse_qsl(query) if key in KEPT])
