"""What deployments are told about versions: what would change, whether it can run, how it does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from deployments.targets.base import Artifact, Finding, TargetError, TargetPlan
from pipelines.connections import operations as connections
from pipelines.transformations.models import Version
from pipelines.transformations.target import PipelineTarget
from portal.accounts.models import Grant
from tests.pipelines.factories import House, file

TARGET = PipelineTarget()
WIDER = (
    "SELECT carrier, count(*) AS flights, 1 AS extra FROM flights WHERE month = $month GROUP BY 1"
)


def artifact(version: Version, **configuration: Any) -> Artifact:
    return Artifact("carrier-punctuality", version.number, version.digest, configuration)


def plan(new: Artifact, old: Artifact | None = None) -> TargetPlan:
    return TARGET.plan(new=new, old=old, environment="staging")


def finding(found: TargetPlan, begins: str) -> Finding:
    (one,) = [each for each in found.findings if each.name.startswith(begins)]
    return one


def section(found: TargetPlan, title: str) -> Any:
    return next(each for each in found.sections if each["title"] == title)


def test_a_first_version_shows_what_it_reads_and_who_gets_what_where(
    house: House, now: datetime
) -> None:
    found = plan(artifact(house.register(file(), now=now)))

    assert found.summary == (
        "The first version in staging. It reads one input and delivers to one client."
    )
    titles = ["SQL", "Contract", "Checks", "Parameters", "Clients", "Inputs"]
    assert [each["title"] for each in found.sections] == titles
    assert section(found, "Inputs")["heads"] == ["Input", "What is read"]
    assert section(found, "Clients")["rows"] == [
        {
            "name": "Acme Travel",
            "gets": "Parquet at punctuality/{month}.parquet",
            "where": f"acme-drop: {house.drop}",
            "effect": "New",
            "tone": "good",
        }
    ]
    assert {each.verdict for each in found.findings} == {"pass"}


def test_a_next_version_shows_what_differs(house: House, now: datetime) -> None:
    old = house.live(now=now)
    contract = file()["spec"]["contract"]
    columns = [contract["columns"][0], {"name": "extra", "type": "integer"}]
    new = house.register(file(WIDER, contract={**contract, "columns": columns}), now=now)

    found = plan(artifact(new), artifact(old))

    assert found.summary.startswith("2 changes: the SQL and 2 columns. Clients may have to change")
    assert section(found, "SQL")["summary"] == "compared with v1, which is live"
    assert "+SELECT carrier, count(*) AS flights, 1 AS extra" in section(found, "SQL")["diff"]
    effects = {row["column"]: row["effect"] for row in section(found, "Contract")["rows"]}
    assert effects == {"carrier": "Same", "extra": "Added, may be empty", "flights": "Removed"}
    broken = finding(found, "Contract not compatible")
    assert (broken.verdict, "flights (removed)" in broken.message) == ("warn", True)


def test_a_check_that_becomes_weaker_is_shown_word_for_word(house: House, now: datetime) -> None:
    old = house.live(now=now)
    (check,) = file()["spec"]["checks"]
    weaker = {**check, "sql": "SELECT 1 WHERE false"}
    new = house.register(file(checks=[weaker]), now=now)

    found = plan(artifact(new), artifact(old))

    assert found.summary == "One change: one check. No client has to change."
    assert section(found, "Checks") == {
        "kind": "texts",
        "title": "Checks",
        "head": "Check",
        "summary": "compared with v1",
        "rows": [
            {
                "name": check["name"],
                "old": check["sql"],
                "new": "SELECT 1 WHERE false",
                "effect": "Changed",
                "tone": "warn",
            }
        ],
    }


def test_all_that_the_summary_counts_has_a_section(house: House, now: datetime) -> None:
    old = house.live(now=now)
    month = {**file()["spec"]["parameters"]["month"], "maximum": 6}
    limits = {"limits": {"seconds": 30}}
    new = house.register(file(checks=[], parameters={"month": month}, defaults=limits), now=now)

    found = plan(artifact(new), artifact(old))

    assert found.summary.startswith(
        "3 changes: one parameter, one default and one check removed. "
        "Nothing checks the result any more."
    )
    effects = {
        each["title"]: [(row["name"], row["effect"]) for row in each["rows"]]
        for each in found.sections
        if each["kind"] == "texts"
    }
    assert effects == {
        "Checks": [("no flight counted twice", "Removed")],
        "Parameters": [("month", "Changed")],
        "Set by the file": [("limits.seconds", "Added")],
    }


def test_the_page_of_a_plan_shows_both_texts_of_a_check(
    house: House, now: datetime, client: Client
) -> None:
    house.live(now=now)
    house.register(file(checks=[{"name": "no rows lost", "sql": "SELECT 1 WHERE false"}]), now=now)
    client.force_login(house.developer)

    shown = client.get("/components/carrier-punctuality/plan?release=2&environment=staging")

    assertContains(shown, "<h2>Checks</h2><span>compared with v1</span>")
    assertContains(shown, '<code class="value text">SELECT 1 WHERE false</code>')
    assertContains(shown, "(SELECT count(*) FROM flights WHERE month = $month)")


def test_what_was_agreed_to_shows_checks_and_plans_that_were_kept_without_them(
    house: House, now: datetime, client: Client
) -> None:
    house.live(now=now)
    weaker = file(checks=[{"name": "no rows lost", "sql": "SELECT 1 WHERE false"}])
    deployment = house.deploy(house.register(weaker, now=now), now=now)
    client.force_login(house.developer)
    assertContains(client.get(deployment.path), "SELECT 1 WHERE false")

    kept = [each for each in deployment.plan["sections"] if each["kind"] != "texts"]
    deployment.plan = {**deployment.plan, "sections": kept}
    deployment.save(update_fields=["plan"])
    shown = client.get(deployment.path)
    assertContains(shown, "What was agreed to")
    assertNotContains(shown, "SELECT 1 WHERE false")


def test_another_configuration_of_the_same_version_shows_no_sql(
    house: House, now: datetime
) -> None:
    version = house.live(now=now)
    found = plan(artifact(version, parameters={"month": 2}), artifact(version))
    assert [each["title"] for each in found.sections] == ["Clients", "Inputs"]
    assert found.summary == ""


def test_an_unbound_input_stops_it_and_says_who_can_bind(house: House, now: datetime) -> None:
    version = house.register(file(), now=now)
    connections.unbind(
        thing=house.connection, environment=house.environment, by=house.owner, now=now
    )

    stopped = finding(plan(artifact(version)), "Inputs not bound")

    assert stopped.verdict == "fail"
    assert stopped.message == (
        "nyc-files has no binding in staging. Ines Costa or Tomas Novak (airline-data) can bind it."
    )
    with pytest.raises(TargetError, match="nyc-files has no binding") as caught:
        TARGET.apply(artifact=artifact(version), environment="staging")
    assert caught.value.permanent


def test_an_unbound_destination_is_only_not_delivered_here(house: House, now: datetime) -> None:
    version = house.register(file(), now=now)
    connections.unbind(
        thing=house.destination, environment=house.environment, by=house.owner, now=now
    )

    found = plan(artifact(version))

    assert found.summary.endswith("It reads one input and delivers nothing here.")
    assert finding(found, "Destinations not bound").verdict == "warn"
    assert section(found, "Clients")["rows"][0]["where"] == "Not delivered here"
    said = TARGET.apply(artifact=artifact(version), environment="staging")
    assert said == "Inputs are bound and grants are held. Not delivered here: acme-drop."


def test_a_grant_that_was_taken_back_stops_it(house: House, now: datetime) -> None:
    version = house.register(file(), now=now)
    grant = Grant.objects.get(kind="client", name="acme-travel")
    connections.take(grant=grant, by=house.owner, now=now)

    stopped = finding(plan(artifact(version)), "Grants missing")

    assert stopped.verdict == "fail"
    assert "airline-data has no grant on the client acme-travel." in stopped.message
    with pytest.raises(TargetError, match="acme-travel"):
        TARGET.apply(artifact=artifact(version), environment="staging")


def test_a_configuration_that_this_version_can_not_take_stops_it(
    house: House, now: datetime
) -> None:
    version = house.register(file(), now=now)
    stopped = finding(plan(artifact(version, parameters={"month": 13})), "Configuration does not")
    assert (stopped.verdict, stopped.message) == (
        "fail",
        "parameters.month: month is 13, but must be at most 12.",
    )


def test_it_says_when_it_runs_by_itself_and_with_which_values(house: House, now: datetime) -> None:
    version = house.register(file(), now=now)
    found = plan(artifact(version, schedule={"cron": "0 6 * * 1-5"}))
    said = finding(found, "Configuration fits").message
    assert said.startswith("v1 takes what is set here. It runs ")
    assert said.endswith(", UTC, with month = 1 each time.")
    assert "It runs" not in finding(plan(artifact(version)), "Configuration fits").message
