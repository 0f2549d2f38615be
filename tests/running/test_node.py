"""OpenTelemetry's packages for Node, over real HTTP: what it sends is found by the API."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest
from django.conf import settings

from launch import locks
from launch.frontend import NPM, QUIETLY
from tests.api_house import House

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


def sender(house: House, name: str) -> str:
    """A token for telemetry."""
    return str(house.post("/tokens/", name=name, scopes=["telemetry", "read"])["secret"])


def test_what_node_sends_is_found(house: House, program: Path) -> None:
    token = sender(house, "node")
    done = subprocess.run(
        [NPM.with_name("node"), program],
        env={
            "PATH": os.environ["PATH"],
            "OTEL_EXPORTER_OTLP_ENDPOINT": house.portal.address,
            "OTEL_EXPORTER_OTLP_HEADERS": f"Authorization=Bearer%20{token}",
        },
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    trace = done.stdout.strip()
    with httpx.Client(
        base_url=f"{house.portal.address}/api/v1",
        headers={"Authorization": f"Bearer {token}"},
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


def test_chunks_that_never_end_are_not_read(house: House) -> None:
    token = sender(house, "chunks")
    answer = httpx.post(
        f"{house.portal.address}/v1/logs",
        content=(b"\0" * 2**20 for _ in range(17)),
        headers={
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/x-protobuf",
        },
    )
    assert answer.status_code == 413
