"""A remote over HTTPS: git's own server behind a certificate of ours, with what must not happen."""

from __future__ import annotations

import os
import ssl
import subprocess
import threading
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from observability.history import git
from observability.history.git import GitError, Remote
from portal.outbound.addresses import Reach

BACKEND = "/usr/lib/git-core/git-http-backend"


class Handler(BaseHTTPRequestHandler):
    """Speaks for git-http-backend; wants a token where one is set; leads elsewhere where asked."""

    protocol_version = "HTTP/1.1"
    root: Path
    token = ""
    leads_to = ""
    asked: list[str]

    def _answer(self) -> None:
        self.asked.append(self.path)
        if self.leads_to:
            self.send_response(302)
            self.send_header("Location", self.leads_to)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        wanted = "Basic " + b64encode(f"x-access-token:{self.token}".encode()).decode()
        if self.token and self.headers.get("Authorization") != wanted:
            self.send_response(401)
            self.send_header("WWW-Authenticate", "Basic")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        path, _, query = self.path.partition("?")
        length = int(self.headers.get("Content-Length") or 0)
        done = subprocess.run(
            [BACKEND],
            env={
                **os.environ,
                "GIT_PROJECT_ROOT": str(self.root),
                "GIT_HTTP_EXPORT_ALL": "1",
                "GIT_CONFIG_COUNT": "2",
                "GIT_CONFIG_KEY_0": "uploadpack.allowFilter",
                "GIT_CONFIG_VALUE_0": "true",
                "GIT_CONFIG_KEY_1": "safe.directory",
                "GIT_CONFIG_VALUE_1": "*",
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type") or "",
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding") or "",
                "GIT_PROTOCOL": self.headers.get("Git-Protocol") or "",
            },
            input=self.rfile.read(length),
            capture_output=True,
            check=True,
        )
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.send_response(int(fields.pop("Status", "200").split()[0]))
        fields["Content-Length"] = str(len(body))
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = _answer  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server(tmp_path: Path, repository: Path) -> Iterator[tuple[Remote, type[Handler]]]:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-keyout", str(key), "-out", str(certificate), "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost"),
        ],
        check=True,
        capture_output=True,
    )
    handler = type("Ours", (Handler,), {"root": repository.parent.parent, "asked": []})
    serving = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    serving.socket = context.wrap_socket(serving.socket, server_side=True)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    address = f"https://localhost:{serving.server_port}/acme/checkout/.git"
    yield Remote(address, reach=Reach.ANY, authorities=str(certificate)), handler
    serving.shutdown()
    serving.server_close()


def on(_: str) -> bool:
    return True


def test_a_remote_gives_its_commits_and_tags_and_no_file(
    server: tuple[Remote, type[Handler]],
) -> None:
    remote, _ = server
    with git.fetched(remote, on) as place:
        marks = git.tags(place, "v*", on)
        found = git.commits(place, [mark.sha for mark in marks], on)
        objects = git._read(place, ["count-objects", "-v"], "", on)
    assert [mark.name for mark in marks] == ["v1", "v2", "v3"]
    assert len(found) == 5
    assert "in-pack: 6" in objects  # five commits and an annotated tag: no tree, no file
    assert not place.exists()


def test_a_token_opens_what_is_closed_and_stands_in_no_argument(
    server: tuple[Remote, type[Handler]],
) -> None:
    remote, handler = server
    handler.token = "hush"
    with pytest.raises(GitError, match="give a token"), git.fetched(remote, on):
        pass
    opened = Remote(remote.url, "hush", Reach.ANY, remote.authorities)
    with git.fetched(opened, on) as place:
        assert git.tip(place, "main", on)


def test_it_is_led_nowhere_else(server: tuple[Remote, type[Handler]]) -> None:
    remote, handler = server
    handler.leads_to = "https://169.254.169.254/latest/meta-data/info/refs"
    with pytest.raises(GitError), git.fetched(remote, on):
        pass
    assert len(handler.asked) == 1


def test_a_certificate_of_nobody_is_not_believed(server: tuple[Remote, type[Handler]]) -> None:
    remote, handler = server
    with pytest.raises(GitError), git.fetched(Remote(remote.url, reach=Reach.ANY), on):
        pass
    assert handler.asked == []


def test_whoever_does_not_keep_on_is_stopped(server: tuple[Remote, type[Handler]]) -> None:
    remote, _ = server
    with pytest.raises(GitError, match="reads it already"):  # noqa: SIM117
        with git.fetched(remote, lambda _: False):
            pass
