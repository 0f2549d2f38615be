"""A webhook: each delivery is an event, posted with a signature until somebody takes it.

Repeats have the same id and the same bytes, so a receiver that tells events apart by their id
applies each of them once; no one can promise more. See docs/decisions/webhooks.md.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from pipelines.connections import hooks, kinds
from pipelines.connections.sources.base import MEBIBYTE, NONE, Options, Trial
from pipelines.deliveries.destinations import answers, signature
from pipelines.deliveries.destinations.base import (
    DestinationError,
    Heard,
    Parcel,
    Prepared,
    Seen,
)
from portal.outbound import http
from portal.outbound.addresses import Reach
from portal.outbound.doors import Blocked, Unreachable

CHUNK = 1024 * 1024
TYPES = {
    "parquet": "application/vnd.apache.parquet",
    "csv": "text/csv; charset=utf-8; header=present",
    "jsonl": "application/x-ndjson",
}


class WebhookDestination:
    """Whoever listens at a URL."""

    asks: ClassVar[Mapping[str, str]] = {"format": "jsonl"}
    has_places = False
    is_answered = True
    converts_to = ""

    def problem(self, entry: Mapping[str, Any]) -> str:
        """An event has no place: nothing of it is overwritten."""
        if entry.get("path"):
            return "A webhook has no paths: each delivery is an event of its own. Leave `path` out."
        if entry.get("table") or entry.get("mode"):
            return "A webhook has no tables. Leave `table` and `mode` out, and give a `format`."
        return "" if entry.get("format") else "Say in which `format`: parquet, csv or jsonl."

    def prepare(self, parcel: Parcel) -> Prepared:
        """Sign the bytes and send all of them but the last one."""
        hook = _hook(parcel.address)
        size, digest = _measured(parcel)
        began = time.monotonic()
        until = began + _option(parcel.options, "seconds")
        with parcel.content.open("rb") as body, _explained(began):
            request = http.begin(
                _target(hook, parcel.options),
                _fields(parcel, digest),
                body,
                size,
                until=until,
                keep_on=parcel.keep_on,
            )
        prepared = Prepared(hook.shown, hook.shown, size, f"sha256:{digest}", kept=(request, began))
        if request.early is not None:
            request.close()
            _judge(request.early, time.monotonic() - began)
        return prepared

    def publish(self, parcel: Parcel, prepared: Prepared) -> None:
        """Send the last byte: from now on the receiver has all of it."""
        request, began = prepared.kept
        with _explained(began):
            request.finish()

    def confirm(self, parcel: Parcel, prepared: Prepared) -> Heard:
        """Hear the answer. Without one nobody knows, and the same is sent again."""
        request, began = prepared.kept
        with _explained(began):
            answer = request.answer()
        return _judge(answer, time.monotonic() - began)

    def release(self, parcel: Parcel, prepared: Prepared) -> None:
        """Hang up."""
        prepared.kept[0].close()

    def standing(self, parcel: Parcel) -> Seen:
        """Only the receiver knows what it applied."""
        return Seen()

    def clear(self, parcel: Parcel, *, including_own: bool) -> None:
        """What was not sent whole is nothing to its receiver."""

    def test(self, address: str, *, secret: str = "", options: Options = NONE) -> Trial:
        """Look the name up, connect and see the certificate. Nothing is sent."""
        hook = _hook(address)
        began = time.monotonic()
        with _explained(began):
            http.reach(_target(hook, options), seconds=_option(options, "seconds"))
        tls = "its certificate is in order" if hook.is_https else "without TLS"
        warnings = () if hook.is_https else ("Whoever is on the way can read what is sent.",)
        return Trial(f"{hook.host} takes connections, {tls}. Nothing was sent.", warnings)


def _hook(address: str) -> hooks.Hook:
    try:
        return hooks.read(address)
    except hooks.NotAHook as problem:
        raise DestinationError(problem.message, permanent=True, is_place=True) from problem


def _option(options: Options, name: str) -> Any:
    return kinds.value(options, name, kinds.WEBHOOK, is_source=False)


def _target(hook: hooks.Hook, options: Options) -> http.Target:
    if not hook.is_https and not _option(options, "allow_http"):
        words = f"{hook.shown} is not encrypted, and that is not allowed here."
        raise DestinationError(words, permanent=True, is_place=True)
    reach = Reach.ANY if _option(options, "allow_private") else Reach.PUBLIC
    return http.Target(hook.host, hook.port, hook.authority, hook.target, hook.is_https, reach)


def _measured(parcel: Parcel) -> tuple[int, str]:
    """Size and SHA-256 of the body; more than the binding allows is refused."""
    size = parcel.content.stat().st_size
    most = _option(parcel.options, "megabytes")
    if size > most * MEBIBYTE:
        raise DestinationError(
            f"It is {size / MEBIBYTE:,.1f} MB, and at most {most:,} MB may be sent there at once. "
            "Deliver less of it, or as Parquet, or let who owns the destination raise the limit.",
            permanent=True,
        )
    digest = hashlib.sha256()
    for piece in _read(parcel.content):
        digest.update(piece)
    return size, digest.hexdigest()


def _fields(parcel: Parcel, digest: str) -> dict[str, str]:
    """Who sends, by signature; what it is; and where it comes from, for whoever looks later."""
    timestamp = int(time.time())
    keys = [hooks.key(each) for each in (parcel.secret, parcel.former_secret) if each]
    signed = signature.sign(keys, id=parcel.id, timestamp=timestamp, body=_read(parcel.content))
    return {
        "Content-Type": TYPES[parcel.format],
        "webhook-id": parcel.id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signed,
        **{f"slipway-{name}": text for name, text in parcel.about.items()},
        "slipway-sha256": digest,
    }


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from iter(partial(file.read, CHUNK), b"")


def _judge(answer: http.Answer, seconds: float) -> Heard:
    heard = Heard(answer.status, round(seconds, 3), answers.excerpt(answer.body))
    meaning = answers.meaning(answer.status, answer.fields, now=datetime.now(UTC))
    if not meaning.message:
        return heard
    said = f" It said: “{heard.excerpt}”." if heard.excerpt else ""
    raise DestinationError(
        meaning.message + said,
        permanent=meaning.permanent,
        is_place=meaning.is_place,
        again_after=meaning.again_after,
        heard=heard,
    )


@contextmanager
def _explained(began: float) -> Iterator[None]:
    """Turn what the way out says into a DestinationError, with how long it took."""
    try:
        yield
    except Blocked as error:
        words = f"{error.message} Someone with the platform role can allow it."
        raise DestinationError(
            words, permanent=True, is_place=True, heard=_silence(began)
        ) from error
    except (Unreachable, http.Broken) as error:
        raise DestinationError(error.message, permanent=False, heard=_silence(began)) from error
    except http.Unwanted as error:
        words = "Stopped while it was sent: it may not leave any more, or another has it."
        raise DestinationError(words, permanent=False, is_place=False) from error


def _silence(began: float) -> Heard:
    return Heard(seconds=round(time.monotonic() - began, 3))
