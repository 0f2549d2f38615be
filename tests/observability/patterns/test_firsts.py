"""What a component says for the first time stands on the axis of changes, for who may read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from observability.changes.marks import MOST, Scope
from observability.logs.stores.postgres import PostgresLogs
from observability.patterns import firsts, operations
from observability.patterns.models import Pattern
from portal.accounts.models import Team, User
from portal.catalog import operations as catalog
from portal.catalog.models import Component
from tests.contracts.test_log_stores import line

NAME = "first-words"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def component(people: dict[str, User], airline_data: Team) -> Iterator[None]:
    catalog.register(
        name=NAME, team=airline_data, kind="service", by=people["mira"], now=timezone.now()
    )
    operations.unlearn()
    yield
    operations.unlearn()


def says(*messages: str, at: datetime, severity: int = 17, **given: str) -> None:
    known = {"component": NAME, "severity": severity, **given}
    PostgresLogs().write([line(message, at, **known) for message in messages])


def found(**narrowed: object) -> list[str]:
    now = timezone.now()
    scope = Scope(now - HOUR * 5, now, **{"component": NAME, **narrowed})  # type: ignore[arg-type]
    return [mark.words.partition("first time: ")[2] for mark in firsts.marks(scope)]


def test_only_warnings_and_worse_and_only_their_first_time() -> None:
    now = timezone.now()
    says("lost 7 birds", at=now - HOUR * 40)
    says("lost 9 birds", "card refused", at=now - HOUR)
    says("slow", at=now - HOUR * 2, severity=13)
    says("all is well", at=now - HOUR, severity=9)
    assert found() == ["card refused", "slow"]


def test_a_scope_narrows_them_down() -> None:
    now = timezone.now()
    says("of staging", at=now - HOUR, environment="staging")
    says("of production", at=now - HOUR * 2)
    says("of another", at=now - HOUR, component="another-service")
    assert found(environment="staging") == ["of staging"]
    assert found(component="", team="airline-data") == ["of staging", "of production"]
    assert found(component="", client="acme-travel") == []
    Component.objects.get(name=NAME).dependencies.create(
        direction="feeds", kind="client", name="acme-travel", source="declared", since_at=now
    )
    assert found(component="", client="acme-travel") == ["of staging", "of production"]
    assert found(component="", hidden=(NAME,)) == ["of another"]
    assert found(component="nobody") == []


def test_what_was_absorbed_by_a_template_is_no_mark_of_its_own() -> None:
    for name in ("ann", "bob", "cid", "dan", "eve"):
        says(f"user {name} went away", at=timezone.now() - HOUR)
    assert found() == ["user <*> went away"]


def test_there_are_at_most_so_many_the_newest() -> None:
    at = timezone.now() - HOUR
    rows = [
        Pattern(
            component=NAME,
            level=17,
            template=f"word {n}",
            example="",
            first_seen_at=at - timedelta(seconds=n),
            last_seen_at=at,
        )
        for n in range(MOST + 5)
    ]
    Pattern.objects.bulk_create(rows)
    assert found() == [f"word {n}" for n in range(MOST)]


def test_the_page_shows_them_with_their_lines_and_filters_them_as_a_kind(
    browser: Callable[[str], Client],
) -> None:
    says("lost 7 birds", at=timezone.now() - HOUR)

    def page(who: str, query: str = "") -> str:
        answer = browser(who).get(f"/changes/?component={NAME}&days=1&{query}")
        assert answer.status_code == 200
        return answer.content.decode()

    said = "says for the first time: lost &lt;*&gt; birds"
    assert said in page("jonas")
    assert said in page("jonas", "kind=log-pattern")
    assert said not in page("jonas", "kind=deployment")
    assert said not in page("jonas", "outcome=failed")
    assert said not in page("hannah")
    assert "First of a log pattern" in page("hannah")


def test_a_mark_leads_to_the_lines_of_its_pattern(browser: Callable[[str], Client]) -> None:
    now = timezone.now()
    says("lost 7 birds", "something else", at=now - HOUR)
    scope = Scope(now - HOUR * 5, now, component=NAME)
    [mark] = [one for one in firsts.marks(scope) if "birds" in one.words]
    assert f"component:{NAME}" in parse_qs(urlsplit(mark.url).query)["q"][0]
    lines = browser("jonas").get(mark.url).content.decode()
    assert "lost 7 birds" in lines
    assert "something else" not in lines
