"""Telemetry is tied to runs and deployments of its sender's own teams, whatever it names."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse

from observability.logs.models import LogRecord
from observability.traces.models import Span
from portal.accounts.models import User
from tests.observability.otlp.messages import logs, pairs, spans
from tests.whole_house import Whole

pytestmark = pytest.mark.django_db
PROTOBUF = "application/x-protobuf"
NOBODYS = "01a1f97b-696b-732b-a69f-73fad4dc6348"


@pytest.fixture
def send(client: Client, bearer: Callable[..., str]) -> Callable[..., str]:
    """`send("mira", "/v1/logs", request)`: what the answer says."""

    def sent(name: str, path: str, request: object) -> str:
        body = request.SerializeToString()  # type: ignore[attr-defined]
        answer = client.post(path, body, PROTOBUF, headers={"Authorization": bearer(name)})
        assert answer.status_code == 200
        taken = ExportLogsServiceResponse.FromString(answer.content).partial_success
        assert taken.rejected_log_records == 0
        return taken.error_message

    return sent


def named(whole: Whole) -> dict[str, str]:
    run = whole.ended_run
    return {"slipway__run_id": str(run.pk), "deployment__id": str(run.deployment_id)}


def test_a_line_of_the_teams_own_is_tied_to_its_run_and_deployment(
    send: Callable[..., str], whole: Whole
) -> None:
    sent = logs("of ours", service="our-helper", **named(whole))
    assert send("mira", "/v1/logs", sent) == ""
    line = LogRecord.objects.get(message="of ours")
    run = whole.ended_run
    assert (line.run_id, line.deployment_id) == (run.pk, run.deployment_id)
    assert line.attributes == {"logger": "shop.pay"}


def test_a_strangers_line_is_kept_but_stands_in_nobody_elses_run(
    send: Callable[..., str], whole: Whole, people: dict[str, User], client: Client
) -> None:
    sent = logs("from a stranger", "and again", service="theirs", **named(whole))
    said = send("hannah", "/v1/logs", sent)
    assert "named a run or a deployment of another team" in said
    assert said.startswith("4 ")
    line = LogRecord.objects.get(message="from a stranger")
    assert (line.run_id, line.deployment_id) == (None, None)
    run = whole.ended_run
    assert line.attributes == {
        "slipway.run_id": run.pk.hex,
        "deployment.id": run.deployment_id.hex,
        "logger": "shop.pay",
    }
    client.force_login(people["mira"])
    found = client.get("/logs/", {"q": f"run:{run.pk}", "span": "1h"})
    assert found.status_code == 200
    assert "from a stranger" not in found.content.decode()


def test_a_strangers_spans_are_not_tied_either_by_their_resource_nor_by_themselves(
    send: Callable[..., str], whole: Whole
) -> None:
    run = whole.ended_run
    sent = spans("GET /", "inside", service="theirs")
    part = sent.resource_spans[0]
    part.resource.attributes.extend(pairs(deployment__id=str(run.deployment_id)))
    part.scope_spans[0].spans[1].attributes.extend(pairs(slipway__run_id=str(run.pk)))
    assert send("hannah", "/v1/traces", sent).startswith("3 ")
    kept = list(Span.objects.filter(component="theirs"))
    assert len(kept) == 2
    assert {(span.run_id, span.deployment_id) for span in kept} == {(None, None)}
    assert send("mira", "/v1/traces", sent) == ""
    tied = Span.objects.filter(component="theirs", deployment_id=run.deployment_id)
    assert tied.count() == 2


def test_an_identity_that_nothing_here_has_stays_what_it_is_an_attribute(
    send: Callable[..., str], people: dict[str, User]
) -> None:
    assert send("mira", "/v1/logs", logs("hi", service="till", deployment__id=NOBODYS)) == ""
    line = LogRecord.objects.get()
    assert line.deployment_id is None
    assert line.attributes["deployment.id"] == NOBODYS.replace("-", "")
