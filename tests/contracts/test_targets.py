"""What every target promises to deployments, whatever it serves."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from deployments.targets.base import VERDICTS, Artifact, Target
from pipelines.transformations.target import PipelineTarget
from portal.accounts.models import User
from portal.errors import Refused
from tests.deployments.crate import Crates
from tests.pipelines import factories
from tests.worlds import Kept

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
PLACE = "staging"


@dataclass(frozen=True)
class Case:
    """A target, and two artifacts that it knows."""

    target: Target
    old: Artifact
    new: Artifact


@pytest.fixture(params=["crate", "pipeline"])
def case(
    request: pytest.FixtureRequest,
    people: Mapping[str, User],
    kept_house: Kept,
    tmp_path: Path,
    settings: Settings,
) -> Iterator[Case]:
    if request.param == "crate":
        Crates.forget()
        yield Case(Crates(), *(Artifact("crates", n, f"sha256:{n}", {}) for n in (1, 2)))
        return
    settings.DIRECTORY_ROOTS = [tmp_path]
    house = kept_house.put_back(people, tmp_path)
    same_meaning = factories.SQL.replace("SELECT", "SELECT  ")
    versions = [
        house.register(factories.file(sql), now=NOW) for sql in (factories.SQL, same_meaning)
    ]
    artifacts = [
        Artifact("carrier-punctuality", version.number, version.digest, {}) for version in versions
    ]
    yield Case(PipelineTarget(), *artifacts)


@pytest.mark.parametrize("is_first", [True, False])
def test_a_plan_is_plain_json_with_titles_and_known_verdicts(case: Case, is_first: bool) -> None:
    plan = case.target.plan(new=case.new, old=None if is_first else case.old, environment=PLACE)
    said = json.loads(json.dumps(asdict(plan)))
    assert said["summary"]
    assert all(section["kind"] and section["title"] for section in said["sections"])
    assert {finding["verdict"] for finding in said["findings"]} <= set(VERDICTS)
    assert all(finding["name"] and finding["message"] for finding in said["findings"])


def test_looking_twice_finds_the_same(case: Case) -> None:
    plans = [case.target.plan(new=case.new, old=case.old, environment=PLACE) for _ in range(2)]
    assert plans[0] == plans[1]


def test_making_ready_may_be_done_again_and_says_a_sentence(case: Case) -> None:
    said = {case.target.apply(artifact=case.new, environment=PLACE) for _ in range(2)}
    assert len(said) == 1
    assert said.pop().endswith(".")


def test_undoing_may_be_done_again_and_before_anything_was_made_ready(case: Case) -> None:
    for _ in range(2):
        case.target.abort(artifact=case.new, environment=PLACE)
    case.target.apply(artifact=case.new, environment=PLACE)
    case.target.abort(artifact=case.new, environment=PLACE)


def test_what_has_not_run_is_unknown_in_words(case: Case) -> None:
    seen = case.target.observe(artifact=case.new, environment=PLACE)
    assert seen.health == "unknown"
    assert seen.message.endswith(".")
    assert json.dumps(dict(seen.facts))


def test_no_values_are_fine_and_unknown_ones_are_refused_by_field(case: Case) -> None:
    component = case.new.component
    case.target.check_configuration(component=component, values={})
    with pytest.raises(Refused) as refused:
        case.target.check_configuration(component=component, values={"colour": "red"})
    assert refused.value.field == "colour"


def test_withdrawing_and_restoring_answer_in_counts(case: Case) -> None:
    component, digest = case.new.component, case.new.digest
    counts = (
        case.target.withdraw(component=component, digest=digest, reason="Wrong.", now=NOW),
        case.target.restore(component=component, digest=digest, now=NOW),
    )
    for stopped in counts:
        assert stopped
        assert all(isinstance(count, int) for count in stopped.values())
