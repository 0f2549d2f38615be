"""The list of all packages, and what is known of their weaknesses."""

from __future__ import annotations

import json
import re

import pytest

from launch import sbom, weaknesses
from launch.places import ROOT


def test_the_list_is_cyclonedx_and_names_everything_that_is_locked() -> None:
    # Loaded here: it brings a grammar that takes a second, of each process that collects tests.
    from cyclonedx.schema import SchemaVersion  # noqa: PLC0415
    from cyclonedx.validation.json import JsonStrictValidator  # noqa: PLC0415

    text = sbom.written()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    found = {one["purl"]: one for one in json.loads(text)["components"]}
    lock = (ROOT / "requirements" / "product.txt").read_text()
    pinned = re.findall(r"^([\w.-]+)==([^\s;\\]+)", lock, re.MULTILINE)
    assert len(pinned) > 50
    assert {f"pkg:pypi/{name.lower()}@{version}" for name, version in pinned} <= {
        purl.lower().replace("_", "-") for purl in found
    }
    assert any(purl.startswith("pkg:npm/htmx.org@") or "uplot" in purl for purl in found)
    assert all(one["hashes"] for one in found.values())


@pytest.mark.parametrize(
    "complaint",
    [
        "requests.exceptions.ProxyError: HTTPSConnectionPool(host='x'): Max retries exceeded",
        "ConnectionError: [Errno -3] Temporary failure in name resolution",
        "requests.exceptions.SSLError: certificate verify failed",
        "requests.exceptions.ReadTimeout: Read timed out.",
        "requests.exceptions.HTTPError: 503 Server Error: Service Unavailable for url",
        "pip_audit._service.interface.ServiceError",
    ],
)
def test_where_nobody_answers_that_is_said_and_is_no_failure(complaint: str) -> None:
    assert weaknesses.told("", f"Traceback:\n{complaint}\n") == (True, weaknesses.AWAY)


def test_where_whoever_answers_knows_no_package_nobody_was_asked() -> None:
    skipped = {"name": "jam", "skip_reason": "Dependency not found"}
    assert weaknesses.told(json.dumps({"dependencies": [skipped]})) == (True, weaknesses.AWAY)


@pytest.mark.parametrize("answer", ["", "not json", "[]", '{"error": "away"}'])
def test_a_tool_that_is_broken_is_no_network_that_is_missing(answer: str) -> None:
    is_in_order, words = weaknesses.told(answer, "python: No module named pip_audit\n")
    assert not is_in_order
    assert "No module named pip_audit" in words


def test_a_known_weakness_fails_and_says_what_mends_it() -> None:
    known = {"id": "PYSEC-2026-1", "fix_versions": ["2.0"]}
    answer = {
        "dependencies": [
            {"name": "django", "version": "5.2.19", "vulns": []},
            {"name": "jam", "version": "1.0", "vulns": [known]},
        ]
    }
    assert weaknesses.told(json.dumps(answer)) == (
        False,
        "jam 1.0: PYSEC-2026-1, mended in 2.0",
    )
