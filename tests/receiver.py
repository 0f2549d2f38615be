"""A client's receiver of webhooks, as a process of its own: it counts, verifies and misbehaves.

    python -m tests.receiver --secret whsec_...

It prints its port. Requests to `/` are taken as told by `POST /_plan` (a list of ways, one for each
request to come; afterwards all is well) or by `{"seed": 7}` (any of RANDOM_WAYS, forever); `GET
/_ledger` says what came and what was applied. What was applied is told apart by webhook-id, as the
standard asks of a receiver: the same id again changes nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import socket
import socketserver
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from launch.places import PYTHON, ROOT

RANDOM_WAYS = ["ok", "ok", "lose", "break", "500", "503", "delay"]
ANSWERS = {
    "ok": "204 No Content\r\n\r\n",
    "delay": "204 No Content\r\n\r\n",
    "500": "500 Oops\r\nContent-Length: 4\r\n\r\noops",
    "503": "503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n",
    "429": "429 Slow down\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n",
    "400": "400 No\r\nContent-Length: 43\r\n\r\n" + '{"error": "no column fare", "token": "abc"}',
    "410": "410 Gone\r\nContent-Length: 0\r\n\r\n",
    "413": "413 Too large\r\nContent-Length: 0\r\n\r\n",
    "redirect": "307 Away\r\nLocation: http://169.254.169.254/x\r\nContent-Length: 0\r\n\r\n",
    "chatter": "200 OK\r\n\r\n" + "word " * 100_000,
}
APPLYING = {"ok", "delay", "lose", "chatter"}


@dataclass
class Ledger:
    """What happened: whole requests, broken ones, and what was applied, by id."""

    secrets: list[str]
    whole: list[dict[str, Any]] = field(default_factory=list)
    broken: int = 0
    refused: list[str] = field(default_factory=list)
    applied: dict[str, str] = field(default_factory=dict)  # id -> sha256 of the bytes
    conflicts: list[str] = field(default_factory=list)
    plan: list[str] = field(default_factory=list)
    chance: random.Random | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def way(self) -> str:
        with self.lock:
            if self.plan:
                return self.plan.pop(0)
            return self.chance.choice(RANDOM_WAYS) if self.chance else "ok"

    def take(self, fields: dict[str, str], body: bytes, way: str) -> bool:
        """Verify and apply, once for each id; False where the signature is wrong."""
        digest = hashlib.sha256(body).hexdigest()
        with self.lock:
            entry = {"id": fields.get("webhook-id"), "way": way, "fields": fields}
            self.whole.append({**entry, "sha256": digest, "bytes": len(body)})
            if not any(is_right(secret, fields, body) for secret in self.secrets):
                self.refused.append(fields.get("webhook-id", ""))
                return False
            if way in APPLYING:
                before = self.applied.setdefault(fields["webhook-id"], digest)
                if before != digest:
                    self.conflicts.append(fields["webhook-id"])
        return True

    def told(self) -> bytes:
        with self.lock:
            names = ("whole", "broken", "refused", "applied", "conflicts")
            return json.dumps({name: getattr(self, name) for name in names}).encode()


def is_right(secret: str, fields: dict[str, str], body: bytes) -> bool:
    """By the reference library of the standard."""
    try:
        Webhook(secret).verify(body, fields, json_parse=False)
    except WebhookVerificationError:
        return False
    return True


class Receiver(socketserver.StreamRequestHandler):
    ledger: Ledger
    timeout = 20

    def handle(self) -> None:
        first = self.rfile.readline().decode("latin-1")
        fields: dict[str, str] = {}
        while (line := self.rfile.readline().decode("latin-1").strip()) != "":
            name, _, value = line.partition(": ")
            fields[name.lower()] = value
        if not first:
            return
        length = int(fields.get("content-length", 0))
        if "/_" in first:
            self._control(first, length)
            return
        way = self.ledger.way()
        if way == "break":
            self.rfile.read(min(length // 2, 1))
            self._break_off()
        elif way in {"413", "redirect"} and length > 1:  # before the end of the body
            self._say(way)
        else:
            self._take(fields, length, way)

    def _take(self, fields: dict[str, str], length: int, way: str) -> None:
        body = self.rfile.read(length)
        if len(body) < length:
            with self.ledger.lock:
                self.ledger.broken += 1
            return
        if not self.ledger.take(fields, body, way):
            self.wfile.write(b"HTTP/1.1 401 Who?\r\nContent-Length: 0\r\n\r\n")
        elif way == "lose":
            self._break_off()
        else:
            time.sleep(0.3 if way == "delay" else 0)
            self._say(way)

    def _say(self, way: str) -> None:
        self.wfile.write(f"HTTP/1.1 {ANSWERS[way]}".encode())

    def _break_off(self) -> None:
        """A reset, as of a machine that died."""
        linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()

    def _control(self, first: str, length: int) -> None:
        told = self.ledger.told()
        if "/_plan" in first:
            wish = json.loads(self.rfile.read(length))
            with self.ledger.lock:
                self.ledger.plan = wish.get("ways", [])
                self.ledger.chance = random.Random(wish["seed"]) if "seed" in wish else None
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(told)}\r\nConnection: close\r\n\r\n"
        self.wfile.write(head.encode() + told)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: Any) -> None:
        """Whoever hangs up on it is no matter of its own."""


@dataclass
class Running:
    """The process, as tests speak to it."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?room=7"

    def plan(self, *ways: str, seed: int | None = None) -> None:
        """How the requests to come are taken, in order."""
        wish = {"ways": list(ways), **({} if seed is None else {"seed": seed})}
        self._ask("/_plan", json.dumps(wish).encode())

    def ledger(self) -> dict[str, Any]:
        return dict(json.loads(self._ask("/_ledger")))

    def _ask(self, path: str, data: bytes | None = None) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", data) as answer:
            return bytes(answer.read())


@contextmanager
def running(*secrets: str) -> Iterator[Running]:
    """Start one, and end it afterwards."""
    command = [str(PYTHON), "-m", "tests.receiver", *(f"--secret={each}" for each in secrets)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield Running(int(re.sub(rb"\D", b"", process.stdout.readline())), process)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--secret", action="append", default=[])
    Receiver.ledger = Ledger(parser.parse_args().secret)
    with Server(("127.0.0.1", 0), Receiver) as server:
        print(server.server_address[1], flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
