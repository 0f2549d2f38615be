"""CDEvents in CloudEvents over HTTP: binary, structured, or a batch. Pure.

Types are matched by name, whatever their version: `dev.cdevents.service.deployed.0.2.0` too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from observability.events.bodies import (
    MOST_EVENTS,
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
from observability.events.reports import Incident, Nothing, Pushed, Read, Report, Said, Told

TYPE = re.compile(r"dev\.cdevents\.(?P<subject>[a-z]+)\.(?P<verb>[a-z]+)(?:\.\d.*)?")
DEPLOYED = ("deployed", "upgraded", "rolledback")
OUTCOMES = {
    "success": Said.SUCCEEDED,
    "failure": Said.FAILED,
    "error": Said.FAILED,
    "cancel": Said.ABORTED,
    "cancelled": Said.ABORTED,
}


class CDEvents:
    """With a bearer token. An event is one (source, id), as CloudEvents has it."""

    subject = "service"
    proof = "Authorization: Bearer"

    def is_from(self, post: Post, secret: str) -> bool:
        return bears(post, secret)

    def opened(self, post: Post) -> list[Envelope]:
        kind = post.headers.get("content-type", "").partition(";")[0].strip().lower()
        body = parsed(post.data)
        if kind == "application/cloudevents-batch+json":
            if not isinstance(body, list):
                raise Unreadable("A batch is a JSON array of events.")
            if len(body) > MOST_EVENTS:
                raise Unreadable(f"A batch has at most {MOST_EVENTS} events.", 413)
            return [_of_batch(each, number) for number, each in enumerate(body, 1)]
        if kind == "application/cloudevents+json":
            return [_structured(body)]
        if kind != "application/json":
            raise Unreadable(
                "Send application/cloudevents+json, application/cloudevents-batch+json, or "
                "application/json with ce- headers.",
                415,
            )
        attributes = {
            name.removeprefix("ce-"): value
            for name, value in post.headers.items()
            if name.startswith("ce-")
        }
        return [_enveloped(attributes, body)]

    def read(self, envelope: Envelope, received_at: datetime) -> Read:
        body = mapping(envelope.body)
        context, subject = mapping(body.get("context")), mapping(body.get("subject"))
        found = TYPE.fullmatch(envelope.type)
        said_at = instant(context.get("timestamp")) or envelope.at or received_at
        if found is None:
            return Nothing("No type of CDEvents.", said_at)
        about, verb = found["subject"], found["verb"]
        if about == "service" and verb in DEPLOYED:
            return _service(verb, context, subject, mapping(body.get("customData")), said_at)
        if about == "incident":
            return _incident(verb, context, subject, said_at)
        if about == "pipelinerun" and verb in {"queued", "started", "finished"}:
            return _pipeline(verb, subject, mapping(body.get("customData")), said_at)
        if (about, verb) == ("change", "merged"):
            return _merged(subject, said_at)
        return Nothing(f"{about}.{verb} is no deployment.", said_at)

    def sample(self, secret: str, at: datetime) -> Post:
        context = {
            "specversion": "0.5.0",
            "id": f"test-{at.timestamp():.6f}",
            "source": "/slipway/test",
            "type": "dev.cdevents.service.deployed.0.3.0",
            "timestamp": at.isoformat(),
        }
        content = {
            "environment": {"id": "production"},
            "artifactId": "pkg:oci/example@sha256%3A0",
        }
        body = {"context": context, "subject": {"id": "example", "content": content}}
        headers = {
            "authorization": f"Bearer {secret}",
            "content-type": "application/json",
            "ce-specversion": "1.0",
            "ce-id": context["id"],
            "ce-source": context["source"],
            "ce-type": context["type"],
        }
        return Post(headers, json.dumps(body).encode())


def _of_batch(body: Any, number: int) -> Envelope:
    """One that can't be read is no reason to lose those beside it."""
    try:
        return _structured(body)
    except Unreadable as error:
        return Envelope(f"Number {number} of the batch", "", {}, problem=error.message)


def _structured(body: Any) -> Envelope:
    if not isinstance(body, dict):
        raise Unreadable("An event is a JSON object.")
    return _enveloped(body, body.get("data"))


def _enveloped(attributes: Mapping[str, Any], data: Any) -> Envelope:
    if not text(attributes.get("specversion")).startswith("1."):
        raise Unreadable("The event lacks specversion 1.0 of CloudEvents.")
    if not isinstance(data, dict):
        raise Unreadable("The event has no data that is a JSON object.")
    source, number = needed(attributes.get("source"), "source"), needed(attributes.get("id"), "id")
    kind = needed(attributes.get("type"), "type", 120)
    return Envelope(f"{source} {number}"[-200:], kind, data, instant(attributes.get("time")))


def _service(
    verb: str,
    context: Mapping[str, Any],
    subject: Mapping[str, Any],
    more: Mapping[str, Any],
    said_at: datetime,
) -> Report:
    content = mapping(subject.get("content"))
    name = needed(subject.get("id"), "subject.id")
    place = needed(mapping(content.get("environment")).get("id"), "subject.content.environment.id")
    artifact = text(content.get("artifactId"), 400)
    chain = text(context.get("chainId"), 80)
    return Report(
        key=f"{name}@{place}:{chain or said_at.isoformat()}:{artifact[-60:]}"[-200:],
        subject=name,
        place=place,
        said=Said.SUCCEEDED,
        said_at=said_at,
        started_at=instant(more.get("startedAt")),
        sha=text(more.get("commit"), 64),
        repository=repository(more.get("repository")),
        release=_version(artifact),
        url=text(more.get("url"), 400),
        actor=text(more.get("actor"), 120),
        reason=text(more.get("reason"), 1000),
        is_rollback=verb == "rolledback",
        mends=text(more.get("fixes")),
    )


def _version(artifact: str) -> str:
    """What tells releases apart in a package URL: a version, or the digest's beginning."""
    version = artifact.partition("?")[0].rpartition("@")[2] if "@" in artifact else ""
    return version.replace("%3A", ":").removeprefix("sha256:")[:12]


def _pipeline(
    verb: str, subject: Mapping[str, Any], more: Mapping[str, Any], said_at: datetime
) -> Read:
    content = mapping(subject.get("content"))
    name = text(content.get("pipelineName")) or needed(subject.get("source"), "pipelineName")
    said = {"queued": Said.QUEUED, "started": Said.RUNNING}.get(verb)
    outcome = text(content.get("outcome"))
    said = said or OUTCOMES.get(outcome)
    if said is None:
        return Nothing(f"A pipeline that ended as “{outcome}” deployed nothing.", said_at)
    return Report(
        key=f"{name}:{needed(subject.get('id'), 'subject.id', 120)}"[-200:],
        subject=text(more.get("service")) or name,
        place=text(more.get("environment")) or name,
        said=said,
        said_at=said_at,
        sha=text(more.get("commit"), 64),
        repository=repository(more.get("repository")),
        url=text(content.get("uri") or content.get("url"), 400),
        reason=text(content.get("errors"), 1000),
        is_guess=not more.get("environment"),
        mends=text(more.get("fixes")),
    )


def _incident(
    verb: str, context: Mapping[str, Any], subject: Mapping[str, Any], said_at: datetime
) -> Incident:
    content = mapping(subject.get("content"))
    number = needed(subject.get("id"), "subject.id", 120)
    links = context.get("links")
    because = next(
        (
            text(mapping(mapping(link).get("target")).get("contextId"))
            for link in (links if isinstance(links, list) else [])
            if mapping(link).get("linkType") == "RELATION"
        ),
        "",
    )
    artifact = text(content.get("artifactId"), 400)
    return Incident(
        key=f"incident:{number}",
        subject=text(mapping(content.get("service")).get("id")),
        place=text(mapping(content.get("environment")).get("id")),
        is_over=verb == "resolved",
        said_at=said_at,
        title=first_line(content.get("description")) or f"Incident {number}",
        url=text(content.get("uri"), 400),
        because=because or _version(artifact),
    )


def _merged(subject: Mapping[str, Any], said_at: datetime) -> Read:
    content = mapping(subject.get("content"))
    of = repository(mapping(content.get("repository")).get("id") or subject.get("source"))
    sha = text(content.get("commit") or content.get("mergeCommit"), 64) or text(
        subject.get("id"), 64
    )
    told = Told(sha, first_line(content.get("description")), None, said_at)
    return Pushed(of, (told,), said_at)
