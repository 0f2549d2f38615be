"""GitHub's webhooks: deployments and their statuses, runs of workflows, pushes. Pure."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
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
    text,
)
from observability.events.kinds.base import Envelope, Post, same
from observability.events.reports import Nothing, Pushed, Read, Report, Said, Told

STATES = {
    "queued": Said.QUEUED,
    "pending": Said.QUEUED,
    "in_progress": Said.RUNNING,
    "success": Said.SUCCEEDED,
    "failure": Said.FAILED,
    "error": Said.FAILED,
}
CONCLUSIONS = {
    "success": Said.SUCCEEDED,
    "failure": Said.FAILED,
    "timed_out": Said.FAILED,
    "startup_failure": Said.FAILED,
    "cancelled": Said.ABORTED,
}
# "v2.4.0", "2026.11", "checkout@1.3.0", "release-1.2-rc1": a branch may be called "v2"
TAG = re.compile(r"(?:[\w.-]+[@-])?[vV]?\d+\.\d[\w.+-]*")
SHORT = 7  # characters of a commit's name
EVENTS = ("deployment", "deployment_status", "workflow_run", "push")


class GitHub:
    """Signed with HMAC-SHA256 over the body; a delivery keeps its id when it is sent again."""

    subject = "repository"
    proof = "X-Hub-Signature-256"

    def is_from(self, post: Post, secret: str) -> bool:
        return same(post.headers.get("x-hub-signature-256", ""), signature(secret, post.data))

    def opened(self, post: Post) -> list[Envelope]:
        kind = post.headers.get("content-type", "")
        if not kind.lower().startswith("application/json"):
            raise Unreadable("Choose the content type application/json for the webhook.", 415)
        body = parsed(post.data)
        if not isinstance(body, dict):
            raise Unreadable("The body is no JSON object.")
        delivery = needed(post.headers.get("x-github-delivery"), "X-GitHub-Delivery")
        event = needed(post.headers.get("x-github-event"), "X-GitHub-Event", 120)
        return [Envelope(delivery, event, body)]

    def read(self, envelope: Envelope, received_at: datetime) -> Read:
        body = envelope.body
        if envelope.type == "ping":
            return Nothing("The webhook is set up.", received_at)
        if envelope.type not in EVENTS:
            words = f"Only {', '.join(EVENTS)} are read."
            return Nothing(words, received_at)
        full_name = needed(mapping(body.get("repository")).get("full_name"), "repository.full_name")
        if envelope.type == "push":
            return _pushed(body, full_name, received_at)
        if envelope.type == "workflow_run":
            return _run(body, full_name, received_at)
        return _deployment(envelope.type, body, full_name, received_at)

    def sample(self, secret: str, at: datetime) -> Post:
        body = {
            "deployment_status": {"state": "success", "created_at": at.isoformat()},
            "deployment": {"id": 1, "sha": "0" * 40, "environment": "production"},
            "repository": {"full_name": "example/example"},
        }
        data = json.dumps(body).encode()
        return Post(
            {
                "content-type": "application/json",
                "x-github-delivery": f"test-{at.timestamp():.6f}",
                "x-github-event": "deployment_status",
                "x-hub-signature-256": signature(secret, data),
            },
            data,
        )


def signature(secret: str, data: bytes) -> str:
    """As GitHub writes it."""
    return "sha256=" + hmac.new(secret.encode(), data, hashlib.sha256).hexdigest()


def _deployment(kind: str, body: Mapping[str, Any], full_name: str, received: datetime) -> Read:
    deployment = mapping(body.get("deployment"))
    status = mapping(body.get("deployment_status"))
    number = needed(deployment.get("id"), "deployment.id", 40)
    state = text(status.get("state")) if kind == "deployment_status" else "queued"
    said_at = instant(status.get("created_at") or deployment.get("created_at")) or received
    if state == "inactive":
        return Nothing("A newer deployment took its place.", said_at)
    if state not in STATES:
        raise Unreadable(f"deployment_status.state “{state}” is none that GitHub has.")
    payload = mapping(deployment.get("payload"))
    sha, task = text(deployment.get("sha"), 64), text(deployment.get("task"))
    ref = text(deployment.get("ref"), 200)
    return Report(
        key=f"{full_name}#{number}"[-200:],
        subject=full_name,
        place=text(deployment.get("environment")) or text(status.get("environment")),
        said=STATES[state],
        said_at=said_at,
        started_at=instant(deployment.get("created_at")),
        sha=sha,
        repository=full_name,
        release=_release(ref, sha),
        title=first_line(deployment.get("description")),
        url=text(status.get("log_url") or status.get("target_url"), 400),
        actor=text(mapping(deployment.get("creator")).get("login"), 120),
        reason=text(status.get("description"), 1000),
        is_rollback="rollback" in task,
        mends=_mends(payload, ref),
    )


def _release(ref: str, sha: str) -> str:
    """The tag where it is one, else the commit: what is on a branch is another release each time.

    GitHub does not say which of both a name is.
    """
    name = ref.removeprefix("refs/tags/")
    is_tag = name != ref or TAG.fullmatch(name)
    return (name if is_tag and name != sha else "")[:60] or sha[:SHORT] or ref[:60]


def _mends(payload: Mapping[str, Any], ref: str) -> str:
    """What the deployment says it fixes, or a branch that is called a hotfix."""
    said = text(payload.get("fixes"))
    return said or ("last" if ref.startswith(("hotfix/", "hotfix-")) else "")


def _run(body: Mapping[str, Any], full_name: str, received: datetime) -> Read:
    run = mapping(body.get("workflow_run"))
    number = needed(run.get("id"), "workflow_run.id", 40)
    action = text(body.get("action"))
    conclusion = text(run.get("conclusion"))
    said = {"requested": Said.QUEUED, "in_progress": Said.RUNNING}.get(action)
    if action == "completed":
        said = CONCLUSIONS.get(conclusion)
    said_at = instant(run.get("updated_at")) or received
    if said is None:
        return Nothing(f"A run that ended as “{conclusion or action}” deployed nothing.", said_at)
    head, branch = mapping(run.get("head_commit")), text(run.get("head_branch"), 200)
    sha = text(run.get("head_sha"), 64)
    told = Told(sha, first_line(head.get("message")), None, instant(head.get("timestamp")))
    return Report(
        key=f"{full_name}#run:{number}.{text(run.get('run_attempt'), 6) or 1}"[-200:],
        subject=full_name,
        place=text(run.get("name")),
        said=said,
        said_at=said_at,
        started_at=instant(run.get("run_started_at") or run.get("created_at")),
        sha=sha,
        repository=full_name,
        release=_release(branch, sha),
        title=first_line(run.get("display_title")),
        url=text(run.get("html_url"), 400),
        actor=text(mapping(run.get("actor")).get("login"), 120),
        is_guess=True,
        mends="last" if branch.startswith(("hotfix/", "hotfix-")) else "",
        commits=(told,) if sha else (),
    )


def _pushed(body: Mapping[str, Any], full_name: str, received: datetime) -> Read:
    commits = body.get("commits")
    told = tuple(
        Told(
            needed(each.get("id"), "commits.id", 64),
            first_line(each.get("message")),
            None,
            instant(each.get("timestamp")),
        )
        for each in (commits if isinstance(commits, list) else [])[:2048]
        if isinstance(each, dict)
    )
    return Pushed(full_name, told, received)
