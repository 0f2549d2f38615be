"""A component of airline-data and one of finance-data, and deployments of them on the axis."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone

from observability.changes import operations as changes
from observability.changes.models import Change, Commit, Link
from portal.accounts.models import Team, User
from portal.catalog import operations as catalog
from portal.catalog.models import Component
from tests.conftest import NOW

Deployed = Callable[..., Change]


@pytest.fixture
def component(people: dict[str, User], airline_data: Team) -> Component:
    return catalog.register(
        name="weather-api", team=airline_data, kind="api", by=people["mira"], now=NOW
    )


@pytest.fixture
def other(people: dict[str, User], finance_data: Team) -> Component:
    return catalog.register(
        name="invoices", team=finance_data, kind="service", by=people["hannah"], now=NOW
    )


@pytest.fixture
def deployed() -> Deployed:
    """`deployed(component, 20, commits=[26])`: live 20 hours ago, its commit 26 hours ago."""
    numbers = count(1)

    def tell(
        of: Component,
        hours: float,
        *,
        commits: tuple[float, ...] | list[float] = (),
        reverses: Change | None = None,
        fixes: Change | None = None,
        **given: object,
    ) -> Change:
        number = next(numbers)
        at = timezone.now() - timedelta(hours=hours)
        usual = {
            "kind": Change.Kind.ROLLBACK if reverses else Change.Kind.DEPLOYMENT,
            "environment": "production",
            "release": number,
            "title": f"v{number} → production",
            "by": None,
            "started_at": at - timedelta(minutes=5),
            "finished_at": at,
            "live_at": at,
            "outcome": Change.Outcome.SUCCEEDED,
            "is_planned": reverses is None,
            "url": f"/deployments/{number}/",
        }
        change = changes.record(external_id=f"d:{number}", component=of, **{**usual, **given})  # type: ignore[arg-type]
        for kind, other in ((Link.Kind.REVERSES, reverses), (Link.Kind.FIXES, fixes)):
            if other:
                changes.link(change=change, other=other, kind=kind)
        rows = [
            Commit(sha=f"{number}-{ago}", committed_at=timezone.now() - timedelta(hours=ago))
            for ago in commits
        ]
        changes.add_commits(change=change, commits=rows)
        return change

    return tell


@pytest.fixture
def history(component: Component, deployed: Deployed) -> dict[str, Change]:
    """Five that were live, one that was rolled back, one that never was live."""
    return {
        "first": deployed(component, 300, commits=[310]),
        "second": deployed(component, 200, commits=[224, 212]),
        "wrong": (wrong := deployed(component, 100, commits=[106])),
        "back": deployed(component, 98, reverses=wrong),
        "never": deployed(component, 60, live_at=None, outcome=Change.Outcome.FAILED, commits=[61]),
        "last": deployed(component, 20, commits=[50]),
    }
