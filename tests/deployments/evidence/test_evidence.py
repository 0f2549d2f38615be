"""Rolling back with what speaks for it: frozen, noted, linked, and never in the way."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from deployments.evidence.models import Evidence
from deployments.evidence.queries import PATIENCE
from deployments.rollouts.models import Deployment
from observability.changes.models import Link
from observability.traces.stores.postgres import PostgresTraces
from portal.audit.models import Entry
from tests.deployments.evidence.conftest import NAME, Compared

Program = Callable[..., APIClient]
Browser = Callable[[str], Client]
DIALOG = f"/components/{NAME}/in/staging/roll-back"
URL = f"/api/v1/components/{NAME}/rollback/"
SAID = "12 of 40 runs fail since v2; none of 40 before."


class Deaf(PostgresTraces):
    """A store that does not answer."""

    def ended(self, *_: Any, **__: Any) -> Any:
        raise DatabaseError("gone")


class Counting(PostgresTraces):
    """A store that says how often it was asked."""

    asked = 0

    def ended(self, *given: Any, **more: Any) -> Any:
        type(self).asked += 1
        return super().ended(*given, **more)


class Slow(PostgresTraces):
    """A store that answers each question in less than the time that there is for all."""

    def ended(self, *given: Any, **more: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(%s)", [PATIENCE * 0.7])
        return super().ended(*given, **more)


@pytest.fixture
def counting(settings: Settings) -> type[Counting]:
    settings.TRACE_STORE = f"{__name__}.Counting"
    Counting.asked = 0
    return Counting


def roll_back(program: Program, bad: Deployment, **given: object) -> Deployment:
    body = {"environment": "staging", "reason": "It fails.", "evidence": bad.number, **given}
    answer = program("mira").post(URL, body, format="json")
    assert answer.status_code == 201, answer.content
    return Deployment.objects.get(number=answer.json()["number"])


def test_the_dialog_is_filled_in_with_the_sentence_and_keeps_the_figures(
    bad_release: Compared, browser: Browser
) -> None:
    mira, number = browser("mira"), bad_release.bad.number
    page = mira.get(f"{DIALOG}?evidence={number}").content.decode()
    assert f'name="evidence" value="{number}"' in page
    filled = re.search(r"<textarea[^>]*>\s*([^<]*)", page)
    assert filled
    assert filled[1].startswith(SAID)
    said = {"release": "v1 with c1", "reason": filled[1], "evidence": number}
    done = mira.post(DIALOG, said)
    assert done.status_code == 302
    back = Deployment.objects.get(reverses=bad_release.bad)
    kept = Evidence.objects.get(deployment=back)
    assert kept.against == bad_release.bad
    assert kept.figures["runs"]["failed"]["bad_after"] == 12
    assert back.reason.startswith(SAID)
    shown = mira.get(back.path).content.decode()
    assert "Evidence for this rollback" in shown
    assert "no flight counted twice: &lt;*&gt; rows" in shown


def test_without_evidence_nothing_is_filled_in_or_kept(
    bad_release: Compared, browser: Browser
) -> None:
    page = browser("mira").get(DIALOG).content.decode()
    assert SAID not in page
    browser("mira").post(DIALOG, {"release": "v1 with c1", "reason": "Wrong figures."})
    assert Deployment.objects.filter(reverses=bad_release.bad).exists()
    assert not Evidence.objects.exists()


def test_a_program_does_the_same(bad_release: Compared, program: Program) -> None:
    back = roll_back(program, bad_release.bad)
    found = program("jonas").get(f"/api/v1/deployments/{back.number}/evidence/").json()
    assert found["against"] == bad_release.bad.number
    assert found["figures"]["sentence"].startswith(SAID)
    assert found["figures"]["templates"][0]["is_first"]
    strange = program("hannah").get(f"/api/v1/deployments/{back.number}/evidence/").json()
    assert strange["figures"]["templates"] == []
    nothing = program("mira").get(f"/api/v1/deployments/{bad_release.bad.number}/evidence/")
    assert nothing.status_code == 404


def digest(figures: dict[str, Any]) -> str:
    text = json.dumps(figures, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def test_who_may_read_the_lines_can_verify_it(bad_release: Compared, program: Program) -> None:
    url = f"/api/v1/deployments/{roll_back(program, bad_release.bad).number}/evidence/"
    own, strange = (program(who).get(url).json() for who in ("jonas", "hannah"))
    assert own["may_read_lines"]
    assert digest(own["figures"]) == own["digest"] == strange["digest"]
    assert not strange["may_read_lines"]
    assert "counted twice" not in str(strange)


def test_it_can_not_be_changed_by_anyone(bad_release: Compared, program: Program) -> None:
    back = roll_back(program, bad_release.bad)
    kept = Evidence.objects.get(deployment=back)
    for change in (
        lambda: Evidence.objects.update(figures={}),
        lambda: Evidence.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="insert only"), transaction.atomic():
            change()
    assert digest(kept.figures) == kept.digest


def test_the_audit_notes_it_without_words_of_lines(bad_release: Compared, program: Program) -> None:
    back = roll_back(program, bad_release.bad)
    entry = Entry.objects.get(verb="deployment.roll_back", thing_id=str(back.pk))
    noted = entry.after["evidence"]
    assert noted["digest"] == Evidence.objects.get(deployment=back).digest
    assert (noted["against"], noted["verdict"]) == (bad_release.bad.number, "worse")
    assert noted["sentence"].startswith(SAID)
    assert "counted twice" not in str(noted)


def test_the_axis_and_dora_say_by_what_it_was_seen(bad_release: Compared, program: Program) -> None:
    roll_back(program, bad_release.bad)
    link = Link.objects.get(kind="reverses")
    assert link.evidence.startswith(SAID)
    rows = program("jonas").get(f"/api/v1/changes/?component={NAME}&kind=rollback").json()
    assert rows["results"][0]["links"][0]["evidence"] == link.evidence
    asked = f"/api/v1/dora/rows/?component={NAME}&environment=staging"
    failed = [row for row in program("jonas").get(asked).json()["results"] if row["links_back"]]
    assert failed[0]["links_back"][0]["evidence"] == link.evidence


def test_evidence_against_what_is_no_longer_live_is_refused(
    bad_release: Compared, program: Program
) -> None:
    body = {"environment": "staging", "reason": "Old.", "evidence": bad_release.good.number}
    answer = program("mira").post(URL, body, format="json")
    assert answer.status_code == 409
    assert f"#{bad_release.bad.number} is live" in answer.json()["detail"]
    assert not Deployment.objects.filter(kind="rollback").exists()


def test_evidence_of_somewhere_else_is_refused(bad_release: Compared, program: Program) -> None:
    elsewhere = bad_release.good
    Deployment.objects.filter(pk=elsewhere.pk).update(component=_other(bad_release))
    body = {"environment": "staging", "reason": "Old.", "evidence": elsewhere.number}
    answer = program("mira").post(URL, body, format="json")
    assert (answer.status_code, answer.json()["field"]) == (422, "evidence")


def _other(bad_release: Compared) -> Any:
    other = type(bad_release.component).objects.get(pk=bad_release.component.pk)
    other.pk, other.name = None, "another"
    other.save(force_insert=True)
    return other


def test_a_store_that_is_away_holds_nobody_up(
    bad_release: Compared, program: Program, browser: Browser, settings: Settings
) -> None:
    settings.TRACE_STORE = f"{__name__}.Deaf"
    page = browser("mira").get(f"{DIALOG}?evidence={bad_release.bad.number}")
    assert page.status_code == 200
    back = roll_back(program, bad_release.bad)
    kept = Evidence.objects.get(deployment=back)
    assert kept.figures == {
        "sentence": "No figures could be gathered. The stores did not answer in time.",
        "verdict": None,
    }
    assert browser("mira").get(back.path).status_code == 200


def test_figures_are_gathered_once_for_a_yes(
    bad_release: Compared, browser: Browser, counting: type[Counting]
) -> None:
    mira, number = browser("mira"), bad_release.bad.number
    mira.get(f"{DIALOG}?evidence={number}")
    assert counting.asked == 2  # of the time before, and of the time since
    unsaid = mira.post(DIALOG, {"release": "v1 with c1", "reason": "", "evidence": number})
    assert f'name="evidence" value="{number}"' in unsaid.content.decode()
    assert counting.asked == 2
    mira.post(DIALOG, {"release": "v1 with c1", "reason": "It fails.", "evidence": number})
    assert counting.asked == 4
    assert Evidence.objects.get().figures["verdict"] == "worse"


def test_nothing_is_gathered_for_who_may_not_go_back_or_of_elsewhere(
    bad_release: Compared, browser: Browser, counting: type[Counting]
) -> None:
    page = browser("jonas").get(f"{DIALOG}?evidence={bad_release.bad.number}")
    assert SAID not in page.content.decode()
    Deployment.objects.filter(pk=bad_release.good.pk).update(component=_other(bad_release))
    strange = browser("mira").get(f"{DIALOG}?evidence={bad_release.good.number}")
    assert "is no deployment of" in strange.content.decode()
    assert counting.asked == 0


def test_many_slow_answers_hold_nobody_up_either(
    bad_release: Compared, program: Program, settings: Settings
) -> None:
    settings.TRACE_STORE = f"{__name__}.Slow"
    back = roll_back(program, bad_release.bad)
    assert Evidence.objects.get(deployment=back).figures["verdict"] is None
