"""One person's way into Slipway: a token, an address, and plain words about every surprise."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import httpx

PATIENCE = 30.0  # seconds for anything that Slipway does by itself
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 0.25  # seconds between looks; each is half as long again
API = "/api/v1/"
PROBLEM = "urn:slipway:problem:"
Seen = TypeVar("Seen")


class Surprise(Exception):
    """Slipway did something that the story did not expect: what was asked, what was answered."""


class Api:
    """The REST API as one person. Every answer that the story does not expect is a Surprise."""

    def __init__(self, address: str, username: str, token: str) -> None:
        self.username, self.token = username, token
        self.address = address.rstrip("/")
        self._http = httpx.Client(
            base_url=self.address + API,
            headers={"Authorization": f"Bearer {token}"},
            timeout=PATIENCE,
            trust_env=False,  # no proxy stands between a machine and itself
        )

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, **query: str) -> dict[str, Any]:
        return self._good(self._ask("GET", path, params=query))

    def listed(self, path: str) -> list[dict[str, Any]]:
        """A short list that has no pages."""
        rows: list[dict[str, Any]] = self._checked(self._ask("GET", path)).json()
        return rows

    def every(self, path: str, **query: str) -> Iterator[dict[str, Any]]:
        """All rows of a list, page by page, newest first unless the noun says otherwise."""
        page = self.get(path, **query)
        while True:
            yield from page["results"]
            if not page["next"]:
                return
            page = self._good(self._ask("GET", page["next"]))

    def post(self, path: str, /, **body: Any) -> dict[str, Any]:
        return self._good(self._ask("POST", path, json=body))

    def send_file(self, path: str, text: str) -> dict[str, Any]:
        """A YAML file as it is."""
        return self._good(self._file(path, text))

    def refused(self, kind: str, *words: str, path: str, **body: Any) -> dict[str, Any]:
        """Ask for what must be refused: with this kind of problem, in these words."""
        return self._problem(self._ask("POST", path, json=body), kind, words)

    def look_refused(self, kind: str, *words: str, path: str) -> dict[str, Any]:
        return self._problem(self._ask("GET", path), kind, words)

    def file_refused(self, kind: str, *words: str, path: str, text: str) -> dict[str, Any]:
        return self._problem(self._file(path, text), kind, words)

    def until(self, path: str, is_so: Callable[[dict[str, Any]], Any], what: str) -> dict[str, Any]:
        """Look at one thing until it is as it should be; a Surprise after `PATIENCE` seconds."""
        return wait(lambda: self.get(path), is_so, what)

    def _file(self, path: str, text: str) -> httpx.Response:
        return self._ask(
            "POST", path, content=text.encode(), headers={"Content-Type": "application/yaml"}
        )

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            return self._http.request(method, path, **more)
        except httpx.HTTPError as error:
            raise Surprise(
                f"{self.username} asked {method} {path} of {self.address}, and nobody answered: "
                f"{error}"
            ) from error

    def _good(self, answer: httpx.Response) -> dict[str, Any]:
        content: dict[str, Any] = self._checked(answer).json()
        return content

    def _checked(self, answer: httpx.Response) -> httpx.Response:
        if not answer.is_success:
            raise Surprise(self._said(answer))
        return answer

    def _problem(self, answer: httpx.Response, kind: str, words: tuple[str, ...]) -> dict[str, Any]:
        """The refusal, if it is one of that kind and says what it must say."""
        expected = f"{kind}, with the words {', '.join(words)}"
        if answer.is_success:
            raise Surprise(f"{self._said(answer)}\nIt should have been refused: {expected}.")
        problem: dict[str, Any] = answer.json()
        said = json.dumps(problem, ensure_ascii=False).lower()
        missing = [word for word in words if word.lower() not in said]
        if problem["type"] != PROBLEM + kind or missing:
            raise Surprise(f"{self._said(answer)}\nIt should have been refused as {expected}.")
        return problem

    def _said(self, answer: httpx.Response) -> str:
        asked = answer.request.content.decode(errors="replace")
        return (
            f"{self.username} asked {answer.request.method} {answer.request.url.raw_path.decode()}"
            f"{f' {asked[:2000]}' if asked else ''}\nand Slipway answered {answer.status_code}: "
            f"{answer.text[:2000]}"
        )


def new_token(address: str, username: str, password: str, name: str, scopes: list[str]) -> str:
    """A person's token for programs, made with their name and password. It is shown this once."""
    answer = httpx.post(
        f"{address}{API}tokens/",
        auth=(username, password),
        json={"name": name, "scopes": scopes},
        timeout=PATIENCE,
        trust_env=False,
    )
    if answer.status_code != 201:
        raise Surprise(
            f"{username} asked for a token, and Slipway answered {answer.status_code}: "
            f"{answer.text[:2000]}"
        )
    return str(answer.json()["secret"])


def wait(look: Callable[[], Seen], is_so: Callable[[Seen], Any], what: str) -> Seen:
    """Look until it is so; a Surprise, with what was seen last, after `PATIENCE` seconds."""
    until, pause = time.monotonic() + PATIENCE, FIRST_PAUSE
    while not is_so(seen := look()):
        if time.monotonic() > until:
            raise Surprise(f"Waited {PATIENCE:.0f} s for {what}. The last look showed: {seen}")
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)
    return seen
