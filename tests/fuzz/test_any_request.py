"""Whatever is asked of the API, by whomever: no error of ours, no answer but the schema's.

A few of each operation here; `make fuzz` asks ten thousand and more, other ones each time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from psycopg.pq import TransactionStatus
from pytest_django import Settings
from rest_framework.test import APIClient
from schemathesis import APIOperation

from observability.logs.models import LogRecord
from portal.accounts.models import Membership
from portal.audit.models import Entry
from portal.catalog.models import Component
from tests.fuzz.asking import CASES, Ask, asks, flaws, operations, send
from tests.whole_house import Whole, telling

PEOPLE = "hannah", "jonas", "mira", "ines", "priya"
STRANGER, PLATFORM = "hannah", "priya"
THEIRS = "nothing of which a stranger hears"  # what a log line of airline-data says
PATIENT = settings(
    max_examples=CASES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
    database=None,
)


pytestmark = pytest.mark.timeout(60 * CASES)


@pytest.fixture
def clients(
    whole: Whole, program: Callable[..., APIClient], settings: Settings
) -> dict[str, APIClient]:
    """Each with a token that may do all that they may."""
    settings.REQUESTS_A_MINUTE = 0
    telling(timezone.now())
    ours = Component.objects.filter(team__name="airline-data").values("name")
    assert LogRecord.objects.filter(component__in=ours).update(message=THEIRS)
    found = {name: program(name) for name in PEOPLE}
    for client in found.values():
        client.raise_request_exception = False
    return found


@pytest.mark.parametrize("methods", [("get",), ("post",), ("put", "patch", "delete")], ids="+".join)
def test_it_is_answered_as_the_schema_says_and_touches_no_other_team(
    whole: Whole, clients: dict[str, APIClient], methods: tuple[str, ...]
) -> None:
    wrong: list[str] = []
    asked: Counter[int] = Counter()
    for operation in operations():
        if operation.method in methods:
            _try(operation, whole, clients, wrong, asked)
    print(sum(asked.values()), "requests:", dict(sorted(asked.items())))
    assert not wrong, "\n".join(wrong)
    assert asked[200] + asked[201] + asked[204] > 0


def _try(
    operation: APIOperation,
    whole: Whole,
    clients: dict[str, APIClient],
    wrong: list[str],
    asked: Counter[int],
) -> None:
    @PATIENT
    @given(ask=asks(operation, whole), person=st.sampled_from(PEOPLE))
    def knock(ask: Ask, person: str) -> None:
        with transaction.atomic():
            answer: Any = send(clients[person], ask)
            found = [*flaws(ask, answer), *_of_others(person, answer)]
            transaction.set_rollback(True)
        asked[answer.status_code] += 1
        wrong.extend(f"{person}: {ask}\n    {flaw}" for flaw in found)

    knock()


def _of_others(person: str, answer: Any) -> Iterator[str]:
    """What they did to a team that they are not in, and what they heard of one."""
    if person == STRANGER and not answer.streaming and THEIRS.encode() in answer.content:
        yield "says what only the team may read"
    is_undone = connection.connection.info.transaction_status == TransactionStatus.INERROR
    if person == PLATFORM or is_undone:  # a question that PostgreSQL refused has done nothing
        return
    teams = Membership.objects.filter(user__username=person).values("team__name")
    acts = Entry.objects.filter(outcome="done", actor_name=person).exclude(team="")
    for entry in acts.exclude(team__in=teams):
        yield f"{entry.verb} {entry.thing} of {entry.team}, in which they are not"
