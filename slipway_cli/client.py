"""The public API as one person, patient with a network: what is asked twice is done once."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx

from slipway_cli.endings import PROBLEM, Code, Ended, refused

API = "/api/v1/"
TRIES = 6
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds; each is twice as long, and a little by chance
LONG = httpx.Timeout(300, connect=10)
AWAY = {429, 502, 503, 504}
Query = Mapping[str, str | int | list[str] | None]
Tell = Callable[[str], None]


@dataclass
class Api:
    """Asks with a token, and asks again when the connection is lost or Slipway is away.

    Every POST carries an Idempotency-Key that stays the same from try to try. With `key`, such as
    the number of a CI job, it stays the same from call to call: the key is that name and what is
    asked. `tell` hears why it takes longer.
    """

    address: str
    token: str
    key: str = ""
    tell: Tell = lambda _: None
    has_asked: bool = field(init=False, default=False)  # for something to be done, and was heard
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        headers = {"Accept": "application/json", "User-Agent": "slipway-cli"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            self.http = httpx.Client(
                base_url=self.address + API, headers=headers, timeout=httpx.Timeout(30, connect=10)
            )
        except httpx.InvalidURL as error:
            raise _no_address(self.address) from error

    def get(self, path: str, query: Query | None = None) -> Any:
        return self._answer("GET", path, params=_given(query))

    def rows(self, path: str, query: Query | None = None) -> Iterator[dict[str, Any]]:
        """All of a list, page by page; of the next page's address only the question is taken."""
        page = self.get(path, query)
        while True:
            yield from page["results"]
            if not page["next"]:
                return
            following = httpx.QueryParams(urlsplit(page["next"]).query)
            page = self._answer("GET", path, params=following)

    def parts(self, path: str, query: Query | None = None) -> Iterator[bytes]:
        """A file as it comes, which is never held as a whole; Ended where it breaks off."""
        answer = self._patiently(lambda: self._begun(path, query))
        try:
            self._refuse_unless_good(answer)
            yield from answer.iter_bytes()
        except httpx.TransportError as error:
            hint = "It is not whole: ask again."
            raise Ended(
                Code.UNREACHABLE, f"{self.address} broke off: {_why(error)}.", hint=hint
            ) from error
        finally:
            answer.close()

    def _begun(self, path: str, query: Query | None) -> httpx.Response:
        """An answer whose content is still to come; a refusal is read at once."""
        request = self.http.build_request("GET", path, params=_given(query), timeout=LONG)
        answer = self.http.send(request, stream=True)
        if not answer.is_success:
            answer.read()
        return answer

    def post(self, path: str, /, **body: Any) -> dict[str, Any]:
        return self._post(path, json=body)

    def ask(self, path: str, /, **body: Any) -> dict[str, Any]:
        """A POST that may take long, and does once what it does, however often it is asked."""
        answer: dict[str, Any] = self._answer("POST", path, json=body, timeout=LONG)
        return answer

    def send(self, path: str, content: str, kind: str) -> dict[str, Any]:
        """A file as it is."""
        return self._post(path, content=content.encode(), headers={"Content-Type": kind})

    def with_password(self, path: str, who: tuple[str, str], **body: Any) -> dict[str, Any]:
        return self._post(path, json=body, auth=who)

    def _post(self, path: str, **more: Any) -> dict[str, Any]:
        headers = {**more.pop("headers", {}), "Idempotency-Key": self._key(path, more)}
        answer: dict[str, Any] = self._answer("POST", path, headers=headers, **more)
        return answer

    def _key(self, path: str, said: Mapping[str, Any]) -> str:
        if not self.key:
            return str(uuid4())
        what = f"{path} {said.get('json')} {said.get('content')}"
        return f"{self.key}-{hashlib.sha256(what.encode()).hexdigest()[:24]}"

    def _answer(self, method: str, path: str, **more: Any) -> Any:
        answer = self._patiently(lambda: self.http.request(method, path, **more))
        self._refuse_unless_good(answer)
        self.has_asked |= method == "POST"
        return _read(answer) if answer.content else {}

    def _refuse_unless_good(self, answer: httpx.Response) -> None:
        if answer.is_success:
            return
        if answer.has_redirect_location:
            there = answer.headers["Location"]
            hint = "Is that where Slipway is now? Then sign in there: a token is sent nowhere else."
            raise Ended(Code.USAGE, f"{self.address} sends on to {there}.", hint=hint)
        raise refused(answer.status_code, _problem(answer))

    def _patiently(self, ask: Callable[[], httpx.Response]) -> httpx.Response:
        """The first answer that is worth telling; the last one once it has tried long enough."""
        for tried in range(1, TRIES + 1):
            is_last = tried == TRIES
            try:
                answer = ask()
            except httpx.UnsupportedProtocol as error:
                raise _no_address(self.address) from error
            except httpx.TransportError as error:
                if is_last:
                    raise _unreachable(self.address, error) from error
                self._wait(tried, f"{self.address} does not answer ({_why(error)})", None)
            else:
                if is_last or not _is_away(answer):
                    return answer
                why = f"Slipway answers {answer.status_code}"
                self._wait(tried, why, answer.headers.get("Retry-After"))
        raise AssertionError("the last try returns or raises")

    def _wait(self, tried: int, why: str, wanted: str | None) -> None:
        pause = min(FIRST_PAUSE * 2 ** (tried - 1), LONGEST_PAUSE)
        pause *= 0.75 + random.random() / 2  # noqa: S311 - so that many jobs don't come at once
        if wanted and wanted.isdecimal():
            pause = min(max(pause, float(wanted)), 120.0)
        self.tell(f"{why}: trying again in {pause:.0f} s ({tried} of {TRIES - 1}) …")
        time.sleep(pause)


def _is_away(answer: httpx.Response) -> bool:
    if answer.status_code == 409:
        return _problem(answer).get("type") == f"{PROBLEM}in-flight"
    return answer.status_code in AWAY


def _given(query: Query | None) -> dict[str, Any]:
    return {
        name: value for name, value in (query or {}).items() if value is not None and value != ""
    }


def _read(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError as error:
        raise Ended(
            Code.UNREACHABLE,
            f"{answer.url.host} answered something that is no answer of Slipway.",
            hint="Is the address right? A proxy or a sign-in page may stand in between.",
        ) from error


def _problem(answer: httpx.Response) -> dict[str, Any]:
    """What was answered, if it is a problem (RFC 9457); else what can be said about it."""
    try:
        content = answer.json()
    except ValueError:
        content = None
    if isinstance(content, dict) and "detail" in content:
        return content
    return {
        "type": f"{PROBLEM}unknown",
        "status": answer.status_code,
        "detail": f"{answer.url.host} answered {answer.status_code} {answer.reason_phrase}.",
        "request_id": answer.headers.get("X-Request-Id", ""),
    }


def _no_address(address: str) -> Ended:
    hint = "It begins with https:// (or http://)."
    return Ended(Code.USAGE, f"{address} is no address of a Slipway.", hint=hint)


def _unreachable(address: str, error: httpx.TransportError) -> Ended:
    return Ended(
        Code.UNREACHABLE,
        f"{address} does not answer: {_why(error)}.",
        hint="Whether it was done is not known. Say the same again with the same --key, and it is "
        "done once.",
    )


def _why(error: httpx.TransportError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "it takes too long"
    return str(error).strip().rstrip(".") or type(error).__name__
