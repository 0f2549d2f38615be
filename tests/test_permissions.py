"""Who may go through which door: one table of every address and verb, walked by six people.

A door that is missing here fails the test: say who may, before it opens.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from portal.accounts.models import User
from slipway_cli import reference
from tests import (
    compared_house,
    console_house,
    described_house,
    drafted_house,
    filed_house,
    headers,
    heard_house,
    kept_house,
    logged_house,
    mapped_house,
    measured_house,
    paved_house,
    placed_house,
    shipped_house,
    signed_house,
    told_house,
    typed_house,
    watched_house,
)
from tests.conftest import PASSWORD
from tests.doors import all_doors, undeclared
from tests.knocking import Body, knock, unhelpful, verdict, words
from tests.portal.pages.query_counts import COUNTS
from tests.whole_house import Whole, telling

ANONYMOUS = ""
STRANGER, VIEWER, DEVELOPER, MAINTAINER, PLATFORM = "hannah", "jonas", "mira", "ines", "priya"
EVERYONE = (ANONYMOUS, STRANGER, VIEWER, DEVELOPER, MAINTAINER, PLATFORM)
SIGNED_IN = EVERYONE[1:]
TEAM = (VIEWER, DEVELOPER, MAINTAINER)
DEVELOPERS = (DEVELOPER, MAINTAINER, PLATFORM)
MAINTAINERS = (MAINTAINER, PLATFORM)

Row = tuple[tuple[str, ...], Body | None]


def says(**body: Any) -> Body:
    return lambda _: body


YES = says(yes="yes")
PREVIEW = {"environment": "preview"}
# Doors through which one only looks: nobody is kept out who is signed in.
LOOKING = """
/handbook/ /handbook/{name}/ / /counts /search /palette /people/{username}/ /api/v1/search/
/account/ /account/tokens/
/audit/ /audit/{pk}/ /changes/ /changes/mine /clients/ /clients/{name}/ /clients/{name}/deliveries
/clients/{name}/contracts /clients/{name}/ahead /components/{name}/versions/compare /catalog/graph
/catalog/graph/data /workers/ /components/{name}/dependencies /connections/
/environments/ /teams/ /teams/{name}/ /runs/ /runs/{number}/ /runs/{number}/again
/deployments/mine /deployments/matrix /components/{name}/in/{environment}/ /runs/{number}/cancel
/deliveries/{number}/again /deployments/
/deployments/{number}/
/deployments/{number}/abort /deployments/{number}/advance /deployments/{number}/approve
/deployments/{number}/refuse /components/ /components/{name}/ /components/{name}/audit/
/components/{name}/deployments/ /components/{name}/in/{environment}/pause
/components/{name}/in/{environment}/resume /components/{name}/in/{environment}/roll-back
/components/{name}/in/{environment}/configure
/components/{name}/panels/changes /components/{name}/panels/clients
/deployments/{number}/panels/deliveries
/components/{name}/panels/checklist /components/{name}/hand-over
/components/{name}/hand-over/lacking
/components/{name}/panels/now /components/{name}/panels/runs /components/{name}/panels/versions
/components/{name}/plan /components/{name}/runs/
/components/{name}/versions/ /components/{name}/versions/{number}/
/components/{name}/grid /components/{name}/backfill /components/{name}/panels/schedule
/runs/{number}/accept /runs/{number}/unaccept /backfills/ /backfills/{number}/
/backfills/{number}/pause /backfills/{number}/resume /backfills/{number}/cancel
/api/v1/schedules/ /api/v1/schedules/{pk}/ /api/v1/backfills/ /api/v1/backfills/{pk}/
/components/{name}/versions/{number}/lift /components/{name}/versions/{number}/reject
/api/docs/ /api/docs/{operation}/
/api/v1/audit/ /api/v1/bindings/ /api/v1/bindings/{pk}/ /api/v1/changes/
/api/v1/changes/{pk}/ /api/v1/clients/ /api/v1/clients/{name}/ /api/v1/components/
/api/v1/components/{name}/ /api/v1/components/{name}/live/
/api/v1/configurations/ /api/v1/configurations/{pk}/ /api/v1/connections/
/api/v1/connections/{name}/ /api/v1/deliveries/ /api/v1/deliveries/{pk}/
/api/v1/deployments/ /api/v1/deployments/{pk}/ /api/v1/destinations/
/api/v1/destinations/{name}/ /api/v1/environments/ /api/v1/environments/{name}/
/api/v1/grants/ /api/v1/grants/{pk}/ /api/v1/releases/ /api/v1/releases/{pk}/ /api/v1/runs/
/api/v1/runs/{pk}/ /api/v1/teams/ /api/v1/teams/{name}/ /api/v1/teams/{name}/members/
/api/v1/tokens/ /api/v1/transformations/ /api/v1/transformations/{name}/
/api/v1/transformations/{name}/versions/ /api/v1/transformations/{name}/versions/{number}/
/api/v1/transformations/{name}/versions/{number}/diff/
/api/v1/transformations/{name}/versions/{number}/diff/{against}/ /api/v1/users/
/api/v1/users/{username}/ /api/v1/whoami/ /api/v1/traces/ /api/v1/traces/{trace_id}/
/traces/ /traces/{trace_id}/ /traces/{trace_id}/spans/{span_id}
/workers/panels/telemetry
"""
# Of a component, and of its metrics one
MEASURED = {"component": "till", "name": "open"}

TABLE: dict[str, Row] = {
    **{f"GET {path}": (SIGNED_IN, None) for path in LOOKING.split()},
    **paved_house.TABLE,
    **told_house.TABLE,
    **signed_house.TABLE,
    **placed_house.TABLE,
    **drafted_house.TABLE,
    **measured_house.TABLE,
    **compared_house.TABLE,
    **console_house.TABLE,
    **kept_house.TABLE,
    **logged_house.TABLE,
    **watched_house.TABLE,
    **mapped_house.TABLE,
    **filed_house.TABLE,
    **{
        f"GET /api/v1/metrics/{what}": (SIGNED_IN, says(**MEASURED))
        for what in ("labels/", "query/", "range/")
    },
    "GET /api/v1/metrics/": (SIGNED_IN, says(component=MEASURED["component"])),
    **heard_house.TABLE,
    **described_house.TABLE,
    "GET /catalog/graph/thing": (SIGNED_IN, says(kind="component", name="carrier-punctuality")),
    # What machines ask, and the way in and out
    "GET /healthz": (EVERYONE, None),
    "GET /readyz": (EVERYONE, None),
    "GET /metrics": (EVERYONE, None),
    "GET /api/schema/": (EVERYONE, None),
    "GET /sign-in": (EVERYONE, None),
    "POST /sign-in": (EVERYONE, says(username=VIEWER, password=PASSWORD)),
    "POST /sign-out": (SIGNED_IN, None),
    "GET /stars/": (SIGNED_IN, None),
    "POST /stars/set": (SIGNED_IN, says(kind="component", name="carrier-punctuality")),
    "GET /api/v1/stars/": (SIGNED_IN, None),
    "POST /api/v1/stars/": (SIGNED_IN, says(kind="component", name="carrier-punctuality")),
    "DELETE /api/v1/stars/{kind}/{name}/": (SIGNED_IN, None),
    # Telemetry is sent with a token, whoever is signed in
    "POST /v1/logs": ((), None),
    "POST /v1/traces": ((), None),
    "POST /v1/metrics": ((), None),
    # Rows of clients' data: whose team was given the right, which the platform role is not
    "GET /runs/{number}/rows": (TEAM, None),
    "GET /api/v1/runs/{pk}/rows/": (TEAM, None),
    "GET /runs/{number}/check-rows": (TEAM, None),
    "GET /api/v1/runs/{pk}/check-rows/": (TEAM, None),
    # People, teams, tokens
    "POST /api/v1/users/": ((PLATFORM,), says(username="noor", full_name="Noor Haddad")),
    "POST /api/v1/users/{username}/password/": (
        (VIEWER, PLATFORM),  # it is the viewer's
        says(current=PASSWORD, password="another way down to the sea"),
    ),
    "POST /api/v1/users/{username}/activate/": ((PLATFORM,), None),
    "POST /api/v1/users/{username}/deactivate/": ((PLATFORM,), None),
    "POST /api/v1/teams/": ((PLATFORM,), says(name="billing", title="Billing")),
    "POST /api/v1/teams/{name}/members/": (MAINTAINERS, says(user=STRANGER, role="viewer")),
    "DELETE /api/v1/teams/{name}/members/{username}/": (MAINTAINERS, None),
    "POST /api/v1/tokens/": (SIGNED_IN, says(name="ci", scopes=["read"])),
    "POST /api/v1/tokens/{pk}/revoke/": ((DEVELOPER, PLATFORM), None),  # it is the developer's
    "POST /account/tokens/": (SIGNED_IN, says(name="ci", scopes=["read"], days="30")),
    "GET /account/tokens/{pk}/revoke": ((DEVELOPER,), None),
    "POST /account/tokens/{pk}/revoke": ((DEVELOPER,), YES),
    # What exists
    "POST /api/v1/components/": (
        DEVELOPERS,
        says(name="weather-api", team="airline-data", kind="api"),
    ),
    "PATCH /api/v1/components/{name}/": (MAINTAINERS, says(title="On time")),
    "POST /api/v1/components/{name}/hand-over/": (
        MAINTAINERS,
        says(to="finance-data", reason="Theirs.", confirm="carrier-punctuality"),
    ),
    "GET /components/{name}/edit": (MAINTAINERS, None),
    "POST /components/{name}/edit": (MAINTAINERS, says(title="On time", tier="2")),
    "POST /components/{name}/hand-over": (
        MAINTAINERS,
        says(to="finance-data", reason="Theirs.", confirm="carrier-punctuality"),
    ),
    "POST /api/v1/environments/": ((PLATFORM,), says(name="sandbox", title="Sandbox", order=5)),
    "POST /api/v1/connections/": (
        MAINTAINERS,
        says(name="more-files", kind="directory", team="airline-data"),
    ),
    "POST /api/v1/clients/": (
        MAINTAINERS,
        says(name="globex", title="Globex", team="airline-data"),
    ),
    "POST /api/v1/destinations/": (
        MAINTAINERS,
        says(name="new-drop", kind="directory", client="acme-travel", team="airline-data"),
    ),
    "POST /api/v1/bindings/": (
        MAINTAINERS,
        lambda whole: {
            "connection": "nyc-files",
            "address": str(whole.house.folder / "sources"),
            **PREVIEW,
        },
    ),
    "DELETE /api/v1/bindings/{pk}/": (MAINTAINERS, None),
    "POST /api/v1/grants/": (
        MAINTAINERS,
        says(team="finance-data", kind="connection", name="nyc-files"),
    ),
    "DELETE /api/v1/grants/{pk}/": (MAINTAINERS, None),
    **shipped_house.TABLE,
}
# Past the permission these are refused for what the house is like, not for who asks.
OTHERWISE_REFUSED = {
    *console_house.OTHERWISE_REFUSED,
    *kept_house.OTHERWISE_REFUSED,
    *told_house.OTHERWISE_REFUSED,
    *signed_house.OTHERWISE_REFUSED,
    *heard_house.OTHERWISE_REFUSED,
    "POST /api/v1/users/{username}/activate/",  # is active
    "POST /api/v1/deployments/{pk}/advance/",  # nothing waits for a person
    "POST /deployments/{number}/advance",
    "GET /api/v1/runs/{pk}/rows/",  # the sandbox that reads them is not running here
    "GET /readyz",  # nor is it ready
    "POST /api/v1/releases/{pk}/promote/",  # where it could go it is live, or is waited for
}
# Refused for what one has not done yet, which nobody else can.
NO_RIGHT = {"POST /account/second-factor/codes"}


def test_the_table_names_every_door() -> None:
    doors = set(all_doors())
    assert sorted(doors - TABLE.keys()) == [], "The table does not say who may."
    assert sorted(TABLE.keys() - doors) == [], "The house has no such door."


def test_every_command_says_through_which_doors_of_the_table_it_goes() -> None:
    """Whether it is so is seen where commands are typed: tests/demo/typed/."""
    assert sorted(typed_house.DOORS) == sorted(reference.commands())
    doors = frozenset().union(*typed_house.DOORS.values())
    assert sorted(doors - TABLE.keys()) == [], "The house has no such door."


def test_every_view_says_which_methods_it_takes() -> None:
    assert sorted(undeclared()) == []


def test_other_methods_are_refused_at_every_door(whole: Whole, people: dict[str, User]) -> None:
    """A table by methods is worth what the house makes of those that are not in it."""
    telling(timezone.now())
    client = Client(raise_request_exception=False)
    client.force_login(people[PLATFORM])
    for path in sorted({door.partition(" ")[2] for door in TABLE}):
        others = (each for each in ("POST", "GET", "DELETE") if f"{each} {path}" not in TABLE)
        answer = client.generic(method := next(others), whole.address(path))
        assert answer.status_code == 405, f"{method} {path}: {answer.status_code}"


@pytest.mark.parametrize("person", EVERYONE, ids=lambda name: name or "anonymous")
def test_each_person_gets_through_exactly_the_doors_that_are_theirs(
    whole: Whole, people: dict[str, User], person: str
) -> None:
    wrong = []
    telling(timezone.now())
    client = Client(raise_request_exception=False)  # one: making it reads every static file
    if person:
        client.force_login(people[person])
    signed_in = client.cookies.output(header="", sep=";")
    others = [one.full_name for name, one in people.items() if name != person]
    for door, (allowed, body) in TABLE.items():
        wanted = "in" if person in allowed else "refused" if person else "sign-in"
        with transaction.atomic():
            client.cookies.clear()
            client.cookies.load(signed_in)
            answer = knock(client, door, whole, body)
            transaction.set_rollback(True)
        if (found := verdict(answer)) not in accepted(door, wanted):
            wrong.append(f"{door}: {found}, not {wanted} ({answer.status_code}) {words(answer)}")
        if found == "refused" and door not in NO_RIGHT and (said := unhelpful(answer, others)):
            wrong.append(f"{door}: names nobody who can help: {said}")
        wrong += [f"{door} ({answer.status_code}): {flaw}" for flaw in headers.flaws(answer)]
        if person and door.removeprefix("GET ") in COUNTS and headers.may_be_kept(answer):
            wrong.append(f"{door}: others may keep this page")
    assert not wrong, "\n".join(wrong)


def accepted(door: str, wanted: str) -> set[str]:
    out = {"POST /sign-out", "POST /events/{name}", "POST /catalog/hooks/{name}"}
    if door in out | signed_house.LEADS_OUT or " /v1/" in door:
        return {"sign-in"}  # is where it leads; is what telemetry and events answer to a session
    return {wanted, "otherwise"} if wanted == "in" and door in OTHERWISE_REFUSED else {wanted}
