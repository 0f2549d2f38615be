"""CDEvents in each form of CloudEvents, Argo CD by the handbook's template, Jenkins both ways."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from observability.changes.models import Change, Link
from observability.dora import asking, pages
from observability.dora.figures import Metric
from observability.events.models import EventSource, OutsideEvent
from portal.catalog.models import Component
from tests.observability.events.conftest import ago

Post = Callable[..., Any]
DEPLOYED = "dev.cdevents.service.deployed.0.3.0"


@pytest.fixture
def post(made: Callable, client: Client) -> Post:
    """`post("jenkins", body)` with the secret of a source of that kind."""
    secrets: dict[str, tuple[str, str]] = {}

    def send(kind: str, body: Any, content: str = "application/json", **headers: str) -> Any:
        if kind not in secrets:
            source, secret = made(kind)
            secrets[kind] = (source.name, secret)
        name, secret = secrets[kind]
        given = {"Authorization": f"Bearer {secret}", **headers}
        if given["Authorization"] == "basic":
            given["Authorization"] = "Basic " + b64encode(f"jenkins:{secret}".encode()).decode()
        return client.post(f"/events/{name}", json.dumps(body), content_type=content, headers=given)

    return send


def states(answer: Any) -> list[str]:
    return [each["state"] for each in answer.json()["events"]]


def service(at: str, version: str = "1.4.2", **custom: Any) -> dict[str, Any]:
    return {
        "context": {"timestamp": at},
        "subject": {
            "id": "checkout",
            "content": {
                "environment": {"id": "production"},
                "artifactId": f"pkg:oci/checkout@{version}",
            },
        },
        "customData": custom,
    }


def cloud(number: str, data: Any, kind: str = DEPLOYED) -> dict[str, Any]:
    return {"specversion": "1.0", "id": number, "source": "/ci", "type": kind, "data": data}


def test_an_event_in_binary_mode_is_a_deployment(checkout: Component, post: Post) -> None:
    headers = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/ci", "ce-type": DEPLOYED}
    answer = post("cdevents", service(at := ago(9), actor="mira", commit="abc1234"), **headers)
    assert states(answer) == ["applied"]
    change = Change.objects.get()
    assert (change.release, change.outcome, change.actor_name) == ("1.4.2", "succeeded", "mira")
    assert change.live_at is not None
    assert change.live_at.isoformat() == at
    assert change.commits.get().sha == "abc1234"


def test_a_batch_says_of_each_event_what_became_of_it(checkout: Component, post: Post) -> None:
    batch = [
        cloud("1", service(ago(9), "1")),
        cloud("1", service(ago(9), "1")),
        cloud("2", service(ago(5), "2"), "dev.cdevents.service.upgraded.0.1.0"),
        cloud("3", {"subject": {}}),
        cloud("4", {"context": {}}, "dev.cdevents.artifact.signed.0.3.0"),
    ]
    answer = post("cdevents", batch, "application/cloudevents-batch+json")
    assert states(answer) == ["applied", "known", "applied", "unreadable", "noted"]
    assert Change.objects.count() == 2


def test_another_number_for_the_same_deployment_is_the_same_deployment(
    checkout: Component, post: Post
) -> None:
    at = ago(9)
    for number in ("1", "2"):
        post("cdevents", cloud(number, service(at)), "application/cloudevents+json")
    assert (OutsideEvent.objects.count(), Change.objects.count()) == (2, 1)


def test_a_service_that_was_rolled_back_reverses_the_one_before(
    checkout: Component, post: Post
) -> None:
    post("cdevents", cloud("1", service(ago(90), "1")), "application/cloudevents+json")
    post("cdevents", cloud("2", service(ago(60), "2")), "application/cloudevents+json")
    back = cloud("3", service(ago(30), "1"), "dev.cdevents.service.rolledback.0.3.0")
    post("cdevents", back, "application/cloudevents+json")
    link = Link.objects.get()
    assert (link.change.kind, link.other.release, link.kind) == ("rollback", "2", "reverses")


def incident(verb: str, at: str, **more: Any) -> dict[str, Any]:
    data = {
        "context": {"timestamp": at, **more},
        "subject": {
            "id": "INC-7",
            "content": {
                "description": "Baskets are empty",
                "environment": {"id": "production"},
                "service": {"id": "checkout"},
            },
        },
    }
    return cloud(f"{verb} {at}", data, f"dev.cdevents.incident.{verb}.0.3.0")


def recovery() -> Any:
    report = pages.made(asking.asked({"component": "checkout"}, timezone.now()))
    return report.headlines[Metric.RECOVERY], report.headlines[Metric.FAIL_RATE]


def test_an_incident_that_names_its_cause_is_a_failure_until_it_is_over(
    checkout: Component, post: Post
) -> None:
    post("cdevents", cloud("d", service(ago(180))), "application/cloudevents+json")
    link = {"linkType": "RELATION", "linkKind": "CAUSE", "target": {"contextId": "d"}}
    detected = incident("detected", ago(120), links=[link])
    resolved = incident("resolved", ago(60))
    post("cdevents", detected, "application/cloudevents+json")
    found, rate = recovery()
    assert (found.open, found.n, rate.value) == (1, 0, 1.0)
    post("cdevents", resolved, "application/cloudevents+json")
    found, rate = recovery()
    assert (found.open, found.n) == (0, 1)
    assert found.value == pytest.approx(7200, abs=2)
    change = Change.objects.get(kind="incident")
    assert (change.title, change.outcome) == ("Baskets are empty", "succeeded")


def test_an_incident_without_a_cause_is_no_failure_of_anything(
    checkout: Component, post: Post
) -> None:
    post("cdevents", cloud("d", service(ago(180))), "application/cloudevents+json")
    post("cdevents", incident("detected", ago(120)), "application/cloudevents+json")
    assert not Link.objects.exists()
    assert recovery()[1].value == 0


def argo(phase: str, begun: str, ended: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "application": "checkout",
        "environment": "prod",
        "phase": phase,
        "health": "Healthy",
        "startedAt": begun,
        "finishedAt": ended,
        "revision": "c" * 40,
        "repository": "https://git.example/acme/checkout.git",
        "url": "https://argo.example/applications/checkout",
        **more,
    }


def test_a_sync_of_argo_is_one_deployment_and_the_same_body_the_same_event(
    checkout: Component, post: Post
) -> None:
    begun, ended = ago(20), ago(18)
    done = argo("Succeeded", begun, ended)
    assert states(post("argo_cd", done)) == ["applied"]
    assert states(post("argo_cd", argo("Running", begun))) == ["applied"]
    assert states(post("argo_cd", done)) == ["known"]
    change = Change.objects.get()
    assert (change.environment, change.outcome) == ("production", "succeeded")
    assert change.commits.get().repository == "acme/checkout"


def test_an_application_that_degrades_failed_while_it_was_live(
    checkout: Component, post: Post
) -> None:
    begun, ended = ago(20), ago(18)
    post("argo_cd", argo("Succeeded", begun, ended, health="Degraded", at=ago(10)))
    post("argo_cd", argo("Succeeded", begun, ended))
    change = Change.objects.get()
    assert (change.outcome, change.live_at is not None) == ("failed", True)


def build(phase: str, status: str = "", at: str = "", **more: Any) -> dict[str, Any]:
    stamp = timezone.now() - timedelta(minutes=10)
    return {
        "name": "checkout",
        "url": "job/checkout/",
        "build": {
            "number": 12,
            "phase": phase,
            "status": status,
            "timestamp": int(stamp.timestamp() * 1000),
            "full_url": "https://ci.example/job/checkout/12/",
            "scm": {"url": "git@git.example:acme/checkout.git", "commit": "e" * 40},
            **more,
        },
    }


def test_a_build_of_the_plugin_deploys_where_its_parameter_says(
    checkout: Component, post: Post
) -> None:
    where = {"parameters": {"ENVIRONMENT": "production"}}
    assert states(post("jenkins", build("STARTED", **where), Authorization="basic")) == ["applied"]
    assert states(post("jenkins", build("FINALIZED", "SUCCESS", **where))) == ["applied"]
    change = Change.objects.get()
    assert (change.outcome, change.title) == ("succeeded", f"{'e' * 7} → production")


def test_a_step_of_a_pipeline_brings_its_commits_with_both_times(
    checkout: Component, post: Post
) -> None:
    commit = {"sha": "e" * 40, "authored_at": ago(9000), "committed_at": ago(60)}
    more = {"parameters": {"environment": "production"}, "commits": [commit]}
    post("jenkins", build("FINALIZED", "SUCCESS", **more))
    row = Change.objects.get().commits.get()
    assert row.authored_at is not None
    assert row.committed_at is not None
    assert row.authored_at < row.committed_at


def test_a_build_that_deploys_nowhere_is_noted(checkout: Component, post: Post) -> None:
    assert states(post("jenkins", build("FINALIZED", "SUCCESS"))) == ["noted"]
    assert not Change.objects.exists()


@pytest.mark.parametrize("kind", ["cdevents", "argo_cd", "jenkins"])
def test_without_the_secret_nothing_is_let_in(post: Post, kind: str) -> None:
    for wrong in ("", "Bearer ", "Bearer x", "Basic x", "Basic eDp5"):
        assert post(kind, {}, Authorization=wrong).status_code == 401
    assert not OutsideEvent.objects.exists()


def test_a_script_in_an_address_is_no_link(checkout: Component, post: Post) -> None:
    body = argo("Succeeded", ago(9), ago(8), url="javascript:alert(1)")
    post("argo_cd", body)
    assert Change.objects.get().url == ""


def test_one_of_a_batch_that_is_no_event_loses_none_beside_it(
    checkout: Component, post: Post
) -> None:
    bare = {"id": "2", "source": "/ci", "type": DEPLOYED, "data": service(ago(7), "2")}
    odd = {**service(ago(5), "3"), "context": {"timestamp": []}}
    batch = [cloud("1", service(ago(9), "1")), bare, cloud("3", odd), 7]
    answer = post("cdevents", batch, "application/cloudevents-batch+json")
    assert states(answer) == ["applied", "unreadable", "applied", "unreadable"]
    assert answer.json()["events"][1]["words"] == "The event lacks specversion 1.0 of CloudEvents."
    source = EventSource.objects.get()
    assert source.refused_why.endswith("specversion 1.0 of CloudEvents. (Number 2 of the batch)")


def test_a_body_that_holds_no_event_is_said_at_its_source(post: Post) -> None:
    assert post("jenkins", [1]).status_code == 400
    assert "no JSON object" in EventSource.objects.get().refused_why


def test_an_incident_that_comes_before_its_deployment_counts_all_the_same(
    checkout: Component, post: Post
) -> None:
    link = {"linkType": "RELATION", "linkKind": "CAUSE", "target": {"contextId": "d"}}
    told = [
        incident("detected", ago(120), links=[link]),
        incident("resolved", ago(60)),
        cloud("d", service(ago(180))),
    ]
    for each in told:
        post("cdevents", each, "application/cloudevents+json")
    assert Link.objects.get().kind == "caused_by"
    found, rate = recovery()
    assert (found.n, rate.value) == (1, 1.0)


def test_without_a_time_of_its_own_an_event_is_of_when_it_was_sent(
    checkout: Component, post: Post
) -> None:
    untimed = {**service(""), "context": {}}
    at = ago(9)
    for number in ("1", "2"):
        sent = {**cloud(number, untimed), "time": at}
        post("cdevents", sent, "application/cloudevents+json")
    assert (OutsideEvent.objects.count(), Change.objects.count()) == (2, 1)
