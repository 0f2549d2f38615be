"""What teams read together, by apprise: Mattermost first. Imported only where it sends."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any

from portal.notifications import addresses
from portal.notifications.addresses import Address
from portal.notifications.channels import guard
from portal.notifications.channels.base import ChannelError, Parcel
from portal.notifications.links import absolute
from portal.notifications.wording import Letter

CODE = re.compile(r"error=(\d{3})")
# Answers that another try may change, although they are of the four hundreds
PASSING = {408, 425, 429}
# Of an address nothing is left to say about these: certificates, redirects, patience in seconds
OURS = {"verify": True, "redirect": False, "cto": 5, "rto": 10}
QUIET = "\u200b"  # no width: a word in a message must not call a whole channel


class Chat:
    """apprise says only whether it worked; why not stands in what it logs meanwhile."""

    def send(self, parcel: Parcel) -> None:
        address = addresses.read(parcel.address)
        service = _service(address)
        with guard.watched() as watch, _overheard() as said:
            is_sent = service.notify(title=parcel.letter.subject, body=_body(parcel.letter))
        if not is_sent:
            raise _why(address, watch.refused, said)


def _service(address: Address) -> Any:
    """One plugin of apprise, imported alone: all of them are seventeen megabytes."""
    module, _, name = address.service.plugin.partition(".")
    plugin = getattr(import_module(f"apprise.plugins.{module}"), name)
    read = plugin.parse_native_url if address.is_native else plugin.parse_url
    with _overheard():
        try:
            given = read(address.url)
            if "include_image" in given:
                given["include_image"] = False
            return plugin(**{**given, **OURS}, asset=_asset())
        except TypeError as error:
            raise _not_an_address(address) from error


def _not_an_address(address: Address) -> ChannelError:
    return ChannelError(
        f"Addresses of {address.service.label} look different. Copy it again from there.",
        permanent=True,
    )


@cache
def _asset() -> Any:
    from apprise import AppriseAsset, PersistentStoreMode  # noqa: PLC0415

    return AppriseAsset(
        app_id="Slipway",
        app_desc="Slipway",
        async_mode=False,
        http_redirects=False,
        storage_mode=PersistentStoreMode.MEMORY,
    )


def _body(letter: Letter) -> str:
    lines: list[str] = []
    for item in letter.items:
        if item.title != letter.subject:
            lines.append(item.title)
        lines += [line for line in (item.text, absolute(item.link)) if line]
    return "\n".join(lines).replace("@", f"@{QUIET}").replace("<!", f"<{QUIET}!")


@contextmanager
def _overheard() -> Iterator[list[str]]:
    """What apprise logs in this thread; it never gets into our own log, for tokens are in it."""
    said: list[str] = []
    listener = _Listener(said, threading.get_ident())
    logger = logging.getLogger("apprise")
    logger.addHandler(listener)
    try:
        yield said
    finally:
        logger.removeHandler(listener)


class _Listener(logging.Handler):
    def __init__(self, said: list[str], thread: int) -> None:
        super().__init__(logging.WARNING)
        self.said, self.thread = said, thread

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self.thread:
            self.said.append(record.getMessage())


def _why(address: Address, refused: list[str], said: list[str]) -> ChannelError:
    place = f"{address.service.label} at {address.host}" if address.host else address.service.label
    if refused:
        return ChannelError(
            f"{place} leads to {refused[0]}, so nothing is sent there. Whoever runs Slipway can "
            "allow more in SLIPWAY_CHANNEL_REACH.",
            permanent=True,
        )
    codes = [int(found[1]) for line in said if (found := CODE.search(line))]
    if not codes:
        return ChannelError(f"{place} does not answer.", is_down=True)
    code = codes[-1]
    return ChannelError(
        f"{place} answered {code}. {_advice(code)}".strip(),
        permanent=300 <= code < 500 and code not in PASSING,
    )


def _advice(code: int) -> str:
    if code in {400, 404, 410}:
        return "Was the webhook, or its channel, removed there? Then make a new one."
    if code in {401, 403}:
        return "It does not take this token any more. Make a new webhook there."
    if code in PASSING:
        return "It asks for patience; this is tried again."
    if 300 <= code < 400:
        return "It sends on to another address. Paste that one."
    return "That is a trouble of its own; this is tried again."
