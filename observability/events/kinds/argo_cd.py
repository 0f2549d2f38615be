"""Argo CD's notifications, in the words of the template that the handbook gives. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
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

PHASES = {
    "running": Said.RUNNING,
    "terminating": Said.RUNNING,
    "succeeded": Said.SUCCEEDED,
    "failed": Said.FAILED,
    "error": Said.FAILED,
}


class ArgoCD:
    """With a bearer token. A notification has no number: the same body is the same event."""

    subject = "application"
    proof = "Authorization: Bearer"

    def is_from(self, post: Post, secret: str) -> bool:
        return bears(post, secret)

    def opened(self, post: Post) -> list[Envelope]:
        body = parsed(post.data)
        if not isinstance(body, dict):
            raise Unreadable("The body is no JSON object: take the template of the handbook.")
        phase = text(body.get("phase"), 40) or "notification"
        return [Envelope(hashlib.sha256(post.data).hexdigest(), f"sync.{phase.lower()}", body)]

    def read(self, envelope: Envelope, received_at: datetime) -> Read:
        body = envelope.body
        application = needed(body.get("application"), "application")
        phase = text(body.get("phase")).lower()
        begun, ended = instant(body.get("startedAt")), instant(body.get("finishedAt"))
        if phase not in PHASES or begun is None:
            return Nothing("No sync is under way, nor has one ended.", received_at)
        said, said_at = PHASES[phase], ended or begun
        if said == Said.SUCCEEDED and text(body.get("health")).lower() == "degraded":
            # The sync went through, and what it brought does badly: it failed while it was live.
            said, said_at = Said.FAILED, instant(body.get("at")) or received_at
        return _report(body, application, said, said_at, begun)

    def sample(self, secret: str, at: datetime) -> Post:
        body = {
            "application": "example",
            "environment": "production",
            "phase": "Succeeded",
            "startedAt": at.isoformat(),
            "finishedAt": at.isoformat(),
            "revision": "0" * 40,
        }
        headers = {"authorization": f"Bearer {secret}", "content-type": "application/json"}
        return Post(headers, json.dumps(body).encode())


def _report(
    body: Mapping[str, Any], application: str, said: Said, said_at: datetime, begun: datetime
) -> Report:
    sha, commit = text(body.get("revision"), 64), mapping(body.get("commit"))
    # `date` is when it was written (git's %at); when it was committed nobody says here.
    told = Told(sha, first_line(commit.get("message")), instant(commit.get("date")), None)
    return Report(
        key=f"{application}@{begun.isoformat()}"[-200:],
        subject=application,
        place=text(body.get("environment")),
        said=said,
        said_at=said_at,
        started_at=begun,
        sha=sha,
        repository=repository(body.get("repository")),
        release=text(body.get("version"), 60) or sha[:7],
        url=text(body.get("url"), 400),
        actor=text(body.get("initiatedBy"), 120),
        reason=text(body.get("message"), 1000) if said == Said.FAILED else "",
        mends=text(body.get("fixes")),
        commits=(told,) if sha else (),
    )
