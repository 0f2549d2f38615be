"""OpenTelemetry's packages for Node, over real HTTP: what it sends is found by the API."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.conf import settings

from launch import locks
from launch.frontend import NPM, QUIETLY
from tests.patience import wait_for
from tests.portal_process import Portal

HERE = Path(__file__).parent / "node"
FILES = ("package.json", "package-lock.json", ".npmrc", "send.js")


@pytest.fixture(scope="session")
def program() -> Path:
    """The program beside the packages of its lock, brought once."""
    folder = Path(settings.DATA_DIR) / "node"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in FILES)).hexdigest()
    stamp = folder / "stamp"
    with locks.opened(folder / "lock") as lock:
        locks.wait(lock)
        if not stamp.exists() or stamp.read_text() != wanted:
            for name in FILES:
                shutil.copy(HERE / name, folder / name)
            subprocess.run([NPM, "ci", *QUIETLY], cwd=folder, check=True)
            stamp.write_text(wanted)
    return folder / "send.js"


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    """Its own web server: Node sends in chunks, which the one of Django's tests can't read."""
    running = Portal.start(only=("web",))
    try:
        wait_for(lambda: _is_alive(running), 60, running.logs)
        yield running
    finally:
        running.stop()


def _is_alive(portal: Portal) -> bool:
    try:
        return httpx.get(f"{portal.address}/healthz").is_success
    except httpx.TransportError:
        return False


def test_what_node_sends_is_found(portal: Portal, program: Path) -> None:
    said = portal.manage("create_platform_admin", "node", "--full-name", "N", "--token", "otel")
    token = re.search(r"slw_\S+", said.stdout)
    assert token
    done = subprocess.run(
        [NPM.with_name("node"), program],
        env={
            "PATH": os.environ["PATH"],
            "OTEL_EXPORTER_OTLP_ENDPOINT": portal.address,
            "OTEL_EXPORTER_OTLP_HEADERS": f"Authorization=Bearer%20{token.group()}",
        },
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    trace = done.stdout.strip()
    with httpx.Client(
        base_url=f"{portal.address}/api/v1",
        headers={"Authorization": f"Bearer {token.group()}"},
        timeout=30,
    ) as api:
        found = api.get(f"/traces/{trace}/").raise_for_status().json()
        (span,) = found["spans"]
        assert (span["name"], span["component"]) == ("POST /pay", "checkout")
        assert (span["environment"], span["version"]) == ("staging", "9")
        asked = {"component": "checkout", "trace_id": trace}
        (line,) = api.get("/logs/", params=asked).raise_for_status().json()["results"]
    assert (line["message"], line["level"]) == ("card refused", "warn")
    assert (line["span_id"], line["attributes"]["order"]) == (span["span_id"], 7)


def test_chunks_that_never_end_are_not_read(portal: Portal) -> None:
    said = portal.manage("create_platform_admin", "chunks", "--full-name", "C", "--token", "otel")
    token = re.search(r"slw_\S+", said.stdout)
    assert token
    answer = httpx.post(
        f"{portal.address}/v1/logs",
        content=(b"\0" * 2**20 for _ in range(17)),
        headers={
            "Authorization": f"Bearer {token.group()}",
            "Content-Type": "application/x-protobuf",
        },
    )
    assert answer.status_code == 413
