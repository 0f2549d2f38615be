"""A Slipway that agrees with everything, as far as commands know it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from slipway_cli import kept

LINE = {"at": "2026-11-20T09:30:00Z", "level": "info", "component": "flüge", "message": "✓" * 200}
PAUSED = {"component": "flüge", "environment": "staging"}
WAITING = {
    "id": "one",
    "number": 17,
    "state": "waiting",
    "message": "2 of 3 runs failed.",
    "live_at": None,
    "title": "Deploy x v2 to staging",
    "url": "/deployments/17/",
    "steps": [],
}
QUEUED = {"id": "two", "number": 18, "state": "queued", "revision": 1, "deliveries": []}
ANSWERS: dict[str, Any] = {
    "logs/": {"next": None, "results": [LINE | {"key": n} for n in range(2000)]},
    "manifests/export/": {"files": [{"path": "a.yaml", "text": "ü"}]},
    "components/x/hold/": PAUSED,
    "deployments/17/advance/": WAITING,
    "deployments/one/": WAITING,
    "runs/": QUEUED,
    "runs/two/": QUEUED,
}


class Place(BaseHTTPRequestHandler):
    """Answers as a Slipway that agrees with everything."""

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0].removeprefix("/api/v1/")
        body = json.dumps(ANSWERS[path]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - so the library calls it

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def agreeing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Place)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv(kept.URL, f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv(kept.TOKEN, "slw_mira")
    yield
    server.shutdown()
    server.server_close()
