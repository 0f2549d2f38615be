"""Pages of runs, deployments, components and clients show their own lines, by the same search."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs

import pytest
from django.test import Client
from django.utils import timezone

from observability.logs import linking
from observability.logs.stores.postgres import PostgresLogs
from portal.accounts.models import User
from tests.conftest import NOW
from tests.contracts.test_log_stores import line
from tests.whole_house import Whole

RUN = linking.field("run", "00000000-0000-0000-0000-000000000007")
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("began", "ended", "asked"),
    [
        (10, None, {}),  # the last hour, which moves
        (10, 9, {}),  # over, but its last lines may still come
        (300, None, {"span": ["6h"]}),
        (120, 60, {"since": ["2026-11-20T11:55:00.000Z"], "until": ["2026-11-20T13:30:00.000Z"]}),
    ],
)
def test_what_goes_on_is_followed_and_what_is_over_stays(
    began: int, ended: int | None, asked: dict[str, list[str]]
) -> None:
    address = linking.around(
        RUN,
        began=NOW - began * MINUTE,
        ended=NOW - ended * MINUTE if ended else None,
        now=NOW,
    )
    assert parse_qs(address[1:]) == {"q": [str(RUN)], **asked}


@pytest.mark.django_db
def test_each_page_shows_its_own_lines(whole: Whole, people: dict[str, User]) -> None:
    now = timezone.now()
    run, name = whole.ended_run, whole.component.name
    own = {"component": name, "environment": "staging"}
    PostgresLogs().write(
        [
            line("of the run", now, run_id=run.pk.hex, **own),
            line("of the component", now, **own),
            line("of the client", now, attributes='{"client": "acme-travel"}', **own),
        ]
    )
    client = Client()
    client.force_login(people["jonas"])
    deployment = run.deployment
    assert deployment
    expected = {
        f"/components/{name}/logs/": {"of the run", "of the component", "of the client"},
        "/clients/acme-travel/logs": {"of the client"},
    }
    for path, lines in expected.items():
        assert shown(client, path) == lines, path
    panel = panel_of(client, f"/runs/{run.number}/")
    assert f"q=run%3A{run.pk}" in panel
    panel = panel_of(client, f"/deployments/{deployment.number}/")
    assert f"q=deployment%3A{deployment.pk}" in panel


@pytest.mark.django_db
def test_the_pages_of_a_run_and_a_deployment_that_go_on_show_what_is_written_meanwhile(
    whole: Whole, people: dict[str, User]
) -> None:
    run, deployment = whole.waiting_run, whole.approval
    of_run = {"component": whole.component.name, "environment": run.environment.name}
    of_deployment = of_run | {
        "environment": deployment.environment.name,
        "deployment_id": deployment.pk.hex,
    }
    write = PostgresLogs().write
    now = timezone.now()
    write(
        [line("began", now, run_id=run.pk.hex, **of_run), line("asked for", now, **of_deployment)]
    )
    client = Client()
    client.force_login(people["jonas"])
    for path, first, then, more in (
        (f"/runs/{run.number}/", "began", "went on", {"run_id": run.pk.hex, **of_run}),
        (f"/deployments/{deployment.number}/", "asked for", "waits on", of_deployment),
    ):
        assert first in shown(client, path), path
        panel = client.get(panel_of(client, path)).content.decode()
        write([line(then, timezone.now(), **more)])
        assert messages(client.get(followed(panel)).content.decode()) == {then}, path


def followed(panel: str) -> str:
    """Where a panel that follows asks for what is newer."""
    address, after = (
        unescape(panel.split(f'{name}="')[1].partition('"')[0])
        for name in ("data-tail", "data-after")
    )
    return f"{address}&after={after}"


def panel_of(client: Client, path: str) -> str:
    """The address that the page's panel of lines is loaded from."""
    page = client.get(path).content.decode()
    start = page.index("/logs/panels/lines")
    return unescape(page[start : page.index('"', start)])


def shown(client: Client, path: str) -> set[str]:
    return messages(client.get(panel_of(client, path)).content.decode())


def messages(content: str) -> set[str]:
    found = content.split('<span class="log-text">')[1:]
    return {text.partition("<")[0] for text in found}
