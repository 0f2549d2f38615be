"""The rules, without a database: facts in, findings out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from deployments.policies import checks
from deployments.policies.checks import Busy, Earlier, Facts, Held, Rejected
from deployments.targets.base import Finding, Health

AT = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
PLAIN = Facts(kind="release", release="v3", environment="staging")
REJECTED = Rejected(by="Ines Costa", at=AT, reason="Doubles rows.", lifters=("Ines Costa",))


def _verdicts(facts: Facts) -> dict[str, str]:
    return {finding.name: finding.verdict for finding in checks.findings(facts)}


def _finding(facts: Facts, name: str) -> Finding:
    (found,) = [finding for finding in checks.findings(facts) if finding.name == name]
    return found


def _message(facts: Facts, name: str) -> str:
    return _finding(facts, name).message


def test_what_nothing_speaks_against_passes() -> None:
    assert _verdicts(PLAIN) == {
        "Not rejected": "pass",
        "Nothing else is being deployed here": "pass",
        "Not paused": "pass",
    }


def test_a_rejection_stops_it_and_says_who_when_why_and_who_can_lift_it() -> None:
    facts = replace(PLAIN, rejected=REJECTED)
    assert _verdicts(facts)["Rejected"] == "fail"
    assert _message(facts, "Rejected") == (
        "v3 was rejected by Ines Costa on 20 November at 14:05 UTC: “Doubles rows.” "
        "Ines Costa can lift that, with a reason."
    )
    assert _finding(facts, "Rejected").override == "whoever lifts it"


@pytest.mark.parametrize(
    ("is_live", "was_live", "health", "is_production", "verdict", "said"),
    [
        (True, True, "healthy", True, "pass", "Was live in staging first"),
        (True, True, "unknown", True, "warn", "Not proven in staging"),
        (True, True, "unknown", False, "pass", "Was live in staging first"),
        (True, True, "degraded", True, "warn", "Not well in staging"),
        (False, True, "healthy", True, "pass", "Was live in staging first"),
        (False, False, "unknown", True, "fail", "Never live in staging"),
        (False, False, "unknown", False, "warn", "Never live in staging"),
    ],
)
def test_it_was_live_in_the_environment_before(
    is_live: bool, was_live: bool, health: Health, is_production: bool, verdict: str, said: str
) -> None:
    earlier = Earlier("staging", is_live=is_live, was_live=was_live, health=health)
    facts = replace(PLAIN, environment="production", is_production=is_production, earlier=earlier)
    found = _finding(facts, said)
    assert found.verdict == verdict
    assert found.first_in == ("" if was_live else "staging")


def test_that_it_was_live_promises_no_run_and_says_where_there_was_none() -> None:
    said = "It has not run in staging yet."
    earlier = Earlier("staging", is_live=True, was_live=True, message=said)
    found = _finding(
        replace(PLAIN, environment="production", earlier=earlier), "Was live in staging first"
    )
    assert (found.verdict, found.message) == ("pass", f"Live in staging. {said}")


def test_the_target_has_its_say() -> None:
    facts = replace(PLAIN, target=(Finding("Contract stays compatible", "warn", "One column."),))
    assert _verdicts(facts)["Contract stays compatible"] == "warn"


def test_a_deployment_under_way_stops_it() -> None:
    facts = replace(PLAIN, busy=Busy(12, "v2 → staging", "Mira Okafor", "is being deployed"))
    assert _message(facts, checks.BUSY) == (
        "#12 (v2 → staging) by Mira Okafor is being deployed. "
        "Let it end, or abort it, then try again."
    )
    assert checks.BUSY == "Another deployment is open"
    assert _verdicts(facts)[checks.BUSY] == "fail"


def test_one_that_is_live_already_is_not_to_be_aborted() -> None:
    waits = Busy(12, "v2 → staging", "Mira Okafor", "waits for a word", is_live=True)
    assert _message(replace(PLAIN, busy=waits), checks.BUSY) == (
        "#12 (v2 → staging) by Mira Okafor waits for a word. "
        "Let it go on, or roll back, then try again."
    )


def test_a_pause_only_warns() -> None:
    facts = replace(PLAIN, held=Held("Mira Okafor", AT, "Source broken."))
    assert _verdicts(facts)["Paused"] == "warn"


def test_an_approval_is_asked_for_by_name() -> None:
    facts = replace(PLAIN, approvals=1, approvers=("Ines Costa", "Tomas Novak"))
    assert _verdicts(facts)["A second person approves"] == "ask"
    found = _finding(facts, "A second person approves")
    assert found.message == "Ines Costa or Tomas Novak can."
    assert found.override == "whoever approves"


def test_too_few_people_who_may_approve_stop_it() -> None:
    facts = replace(PLAIN, approvals=2, approvers=("Ines Costa",))
    assert _verdicts(facts)["Too few may approve"] == "fail"
    assert "there is only 1 who may" in _message(facts, "Too few may approve")


def test_what_is_live_already_changes_nothing() -> None:
    assert _verdicts(replace(PLAIN, is_live_already=True))["Nothing would change"] == "fail"


def test_a_rollback_knows_one_rule() -> None:
    held = Held("Mira Okafor", AT, "Source broken.")
    facts = replace(PLAIN, kind="rollback", held=held, approvals=2, rejected=REJECTED)
    assert _verdicts(facts) == {"Rejected": "fail"}


def test_a_configuration_has_not_to_be_live_elsewhere_first() -> None:
    earlier = Earlier("staging", is_live=False, was_live=False)
    facts = replace(PLAIN, kind="configuration", is_production=True, earlier=earlier)
    assert not any("staging" in name for name in _verdicts(facts))


def test_the_tally_is_a_sentence() -> None:
    facts = replace(PLAIN, approvals=1, approvers=("Ines Costa",))
    assert checks.tally(checks.findings(facts)) == "3 pass, 1 asks for a second person"


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ((), ""),
        (("Ines",), "Ines"),
        (("Ines", "Tomas"), "Ines or Tomas"),
        (("A", "B", "C", "D", "E"), "A, B, C or someone else"),
    ],
)
def test_names_are_listed_as_people_say_them(names: tuple[str, ...], words: str) -> None:
    assert checks.listed(names) == words
