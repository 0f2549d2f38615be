"""Jenkins: what its notification plugin posts, or a pipeline's last step in the same form. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from observability.events.bodies import (
    Unreadable,
    first_line,
    instant,
    mapping,
    needed,
    parsed,
    repository,
    text,
)
from observability.events.kinds.base import Envelope, Post, bears
from observability.events.reports import Nothing, Read, Report, Said, Told

STATUSES = {
    "SUCCESS": Said.SUCCEEDED,
    "UNSTABLE": Said.SUCCEEDED,
    "FAILURE": Said.FAILED,
    "ABORTED": Said.ABORTED,
}
PHASES = {"QUEUED": Said.QUEUED, "STARTED": Said.RUNNING}
ENDS = ("COMPLETED", "FINALIZED")


class Jenkins:
    """With the secret as a bearer token, or as the password in the plugin's address."""

    subject = "job"
    proof = "Authorization: Bearer, or the password of the address"

    def is_from(self, post: Post, secret: str) -> bool:
        return bears(post, secret)

    def opened(self, post: Post) -> list[Envelope]:
        body = parsed(post.data)
        if not isinstance(body, dict):
            raise Unreadable("The body is no JSON object: choose JSON in the plugin.")
        build = mapping(body.get("build"))
        name = _job(body)
        phase = needed(build.get("phase"), "build.phase", 40)
        number = needed(build.get("number"), "build.number", 40)
        status = text(build.get("status"), 20)
        return [
            Envelope(f"{name}#{number} {phase} {status}"[-200:], f"build.{phase.lower()}", body)
        ]

    def read(self, envelope: Envelope, received_at: datetime) -> Read:
        build = mapping(envelope.body.get("build"))
        phase, status = text(build.get("phase")), text(build.get("status"))
        begun = instant(build.get("startTime") or build.get("start_time"))
        stamp = instant(build.get("timestamp"))
        said = PHASES.get(phase) or (STATUSES.get(status) if phase in ENDS else None)
        if said is None:
            return Nothing(f"{phase} {status} says nothing of a deployment.", stamp or received_at)
        said_at = stamp or received_at
        if phase in ENDS and stamp and isinstance(build.get("duration"), int):
            # The plugin's timestamp is when the build was asked for
            begun, said_at = stamp, _ended(stamp, int(build["duration"]))
        return _report(envelope.body, build, said, said_at, begun)

    def sample(self, secret: str, at: datetime) -> Post:
        body = {
            "name": "example",
            "build": {
                "number": 1,
                "phase": "FINALIZED",
                "status": "SUCCESS",
                "timestamp": int(at.timestamp() * 1000),
                "parameters": {"environment": "production"},
                "scm": {"commit": "0" * 40},
            },
        }
        headers = {"authorization": f"Bearer {secret}", "content-type": "application/json"}
        return Post(headers, json.dumps(body).encode())


def _ended(begun: datetime, milliseconds: int) -> datetime:
    """A duration that leads out of the calendar is none."""
    try:
        return begun + timedelta(milliseconds=max(milliseconds, 0))
    except OverflowError:
        return begun


def _job(body: Mapping[str, Any]) -> str:
    """With its folders, which only the address has: "job/air/job/checkout/" is air/checkout."""
    parts = text(body.get("url"), 400).strip("/").split("/")
    folders = [parts[at + 1] for at, part in enumerate(parts[:-1]) if part == "job"]
    return "/".join(folders)[-200:] if len(folders) > 1 else needed(body.get("name"), "name")


def _report(
    body: Mapping[str, Any],
    build: Mapping[str, Any],
    said: Said,
    said_at: datetime,
    begun: datetime | None,
) -> Report:
    scm = mapping(build.get("scm"))
    given = {key.lower(): value for key, value in mapping(build.get("parameters")).items()}
    job, place = _job(body), text(given.get("environment"))
    sha, branch = text(scm.get("commit"), 64), text(scm.get("branch"), 200).rpartition("origin/")[2]
    changes = build.get("commits")
    told = tuple(
        Told(
            needed(each.get("sha"), "commits.sha", 64),
            first_line(each.get("message")),
            instant(each.get("authored_at")),
            instant(each.get("committed_at")),
        )
        for each in (changes if isinstance(changes, list) else [])[:250]
        if isinstance(each, dict)
    )
    return Report(
        key=f"{job}#{text(build.get('number'), 40)}"[-200:],
        subject=job,
        place=place or job,
        said=said,
        said_at=said_at,
        started_at=begun,
        sha=sha,
        repository=repository(scm.get("url")),
        release=text(given.get("version"), 60) or sha[:7],
        url=text(build.get("full_url"), 400),
        is_rollback=text(given.get("rollback")).lower() in {"true", "yes"},
        is_guess=not place,
        mends=text(given.get("fixes")) or ("last" if branch.startswith("hotfix") else ""),
        commits=told or ((Told(sha),) if sha else ()),
    )
