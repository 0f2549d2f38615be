"""Addresses of channels that teams read together: read, recognised, made safe. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit

from portal.errors import Refused


@dataclass(frozen=True, slots=True)
class Service:
    """Something that teams read, and apprise's plugin for it."""

    label: str
    plugin: str  # module.Class below apprise.plugins
    has_own_host: bool = False  # it stands in the address; others have one host for everybody


MATTERMOST = Service("Mattermost", "mattermost.NotifyMattermost", has_own_host=True)
SLACK = Service("Slack", "slack.NotifySlack")
TEAMS = Service("Microsoft Teams", "workflows.NotifyWorkflows", has_own_host=True)
GOOGLE = Service("Google Chat", "google_chat.NotifyGoogleChat")
DISCORD = Service("Discord", "discord.NotifyDiscord")
ROCKET = Service("Rocket.Chat", "rocketchat.NotifyRocketChat", has_own_host=True)
NTFY = Service("ntfy", "ntfy.NotifyNtfy", has_own_host=True)
# What an address may begin with. Nothing else is sent to.
SERVICES = {
    "mmost": MATTERMOST,
    "mmosts": MATTERMOST,
    "slack": SLACK,
    "workflow": TEAMS,
    "workflows": TEAMS,
    "gchat": GOOGLE,
    "discord": DISCORD,
    "webex": Service("Webex", "webexteams.NotifyWebexTeams"),
    "rocket": ROCKET,
    "rockets": ROCKET,
    "ntfy": NTFY,
    "ntfys": NTFY,
    "pagerduty": Service("PagerDuty", "pagerduty.NotifyPagerDuty"),
    "opsgenie": Service("Opsgenie", "opsgenie.NotifyOpsgenie"),
}
ALSO = {"mattermost": "mmost", "mattermosts": "mmosts"}
# Webhooks as services show them, which apprise reads as they are.
NATIVE = {
    "hooks.slack.com": SLACK,
    "discord.com": DISCORD,
    "discordapp.com": DISCORD,
    "chat.googleapis.com": GOOGLE,
    ".logic.azure.com": TEAMS,
    ".api.powerplatform.com": TEAMS,
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

    service: Service
    host: str  # to show; "" where the service is one for all
    url: str  # with its token

    @property
    def is_native(self) -> bool:
        """As the service itself shows it, not in apprise's way of writing."""
        return self.url.startswith("https://")


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
            "incoming webhook of Mattermost, Slack or Teams, or one of apprise that begins with "
            "mmosts://, slack://, workflows:// or pagerduty://.",
            field="address",
        )
    if not parts.netloc:
        raise Refused("Something is missing behind the two slashes.", field="address")
    service = SERVICES[scheme]
    url = parts._replace(scheme=scheme, query=_query(parts.query), fragment="").geturl()
    return Address(service, host if service.has_own_host else "", url)


def _webhook(parts: SplitResult, host: str) -> Address:
    native = next((service for end, service in NATIVE.items() if _is_at(host, end)), None)
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
    return Address(MATTERMOST, host, f"{scheme}://{place}{path}{'?' if query else ''}{query}")


def _is_at(host: str, end: str) -> bool:
    return host.endswith(end) if end.startswith(".") else host == end


def _query(query: str) -> str:
    return urlencode([(key, value) for key, value in parse_qsl(query) if key in KEPT])
