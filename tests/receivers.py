"""Those who receive in tests: a mail server and a chat server, both real, both on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from aiosmtpd.controller import Controller

from tests.portal_places import free_port


@dataclass
class Mailbox:
    """Takes mail by SMTP. `answers` are given to the next mails instead of taking them."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        found = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append(cast(EmailMessage, found))
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        return "250 taken"

    def clear(self) -> None:
        self.mails.clear()
        self.envelopes.clear()
        self.answers.clear()

    @property
    def subjects(self) -> list[str]:
        return [str(mail["Subject"]).strip() for mail in self.mails]

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """A mail server in a thread, on a free port."""
    box = Mailbox(port=free_port())
    server = Controller(box, hostname="127.0.0.1", port=box.port)
    server.start()
    try:
        yield box
    finally:
        server.stop()


TOKEN = "x6ewpjagj3rcdq3w5xt9qa8k1h"


@dataclass
class Mattermost:
    """Speaks as Mattermost's incoming webhooks do; `answers` are given to the next posts."""

    port: int = 0
    posts: list[dict[str, Any]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)

    @property
    def webhook(self) -> str:
        """As a person copies it there."""
        return f"http://127.0.0.1:{self.port}/hooks/{TOKEN}"

    def clear(self) -> None:
        self.posts.clear()
        self.answers.clear()

    def answer(self, path: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        if self.answers:
            status, headers = self.answers.pop(0)
            return status, headers, b""
        if path != f"/hooks/{TOKEN}":
            return 400, {}, b'{"message": "Invalid webhook"}'
        post = json.loads(body)
        if not post.get("text"):
            return 400, {}, b'{"message": "No text specified"}'
        self.posts.append(post)
        return 200, {"Content-Type": "text/plain"}, b"ok"


@contextmanager
def mattermost() -> Iterator[Mattermost]:
    """A chat server in a thread, on a free port."""
    chat = Mattermost()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers, said = chat.answer(self.path, body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    chat.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield chat
    finally:
        server.shutdown()
        server.server_close()
