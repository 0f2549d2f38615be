"""A person's word about a deployment: with a reason, by a maintainer, in the audit, and at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from observability.changes.models import Change
from observability.dora import operations
from observability.dora.models import Reclassification
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.errors import Moved, NotAllowed, Refused
from tests.conftest import NOW
from tests.observability.dora.test_api import figures


def say(change: Change, by: User, what: str = "not_a_failure", reason: str = "A drill.") -> None:
    operations.reclassify(change=change, what=what, reason=reason, by=by, now=NOW)


def test_the_figures_follow_at_once(
    history: dict[str, Change], people: dict[str, User], program: Callable[..., APIClient]
) -> None:
    client = program("jonas", "read")
    say(history["wrong"], people["ines"])
    assert figures(client, "component=weather-api")["fail_rate"]["value"] == 0
    operations.take_back(change=history["wrong"], by=people["ines"], now=NOW)
    assert figures(client, "component=weather-api")["fail_rate"]["value"] == 0.2


def test_it_stands_in_the_audit_with_the_reason(
    history: dict[str, Change], people: dict[str, User]
) -> None:
    say(history["wrong"], people["ines"])
    say(history["wrong"], people["tomas"], "not_caused_by_a_change", "The network.")
    first, second = Entry.objects.filter(verb="change.reclassify").order_by("id")
    assert (first.actor, first.reason, first.component) == (
        people["ines"],
        "A drill.",
        "weather-api",
    )
    assert second.before == {"what": "not_a_failure"}
    assert second.after == {"what": "not_caused_by_a_change"}


def test_one_word_counts_and_the_ones_before_are_kept(
    history: dict[str, Change], people: dict[str, User]
) -> None:
    say(history["wrong"], people["ines"])
    say(history["wrong"], people["tomas"], "planned")
    rows = Reclassification.objects.filter(change=history["wrong"]).order_by("id")
    assert [(row.what, row.taken_back_by) for row in rows] == [
        ("not_a_failure", people["tomas"]),
        ("planned", None),
    ]


@pytest.mark.parametrize("name", ["mira", "jonas", "hannah"])
def test_only_maintainers_of_the_owning_team_may(
    history: dict[str, Change], people: dict[str, User], name: str
) -> None:
    with pytest.raises(NotAllowed, match="Ines Costa"):
        say(history["wrong"], people[name])
    assert Entry.objects.get(verb="change.reclassify").outcome == "refused"


def test_it_asks_why(history: dict[str, Change], people: dict[str, User]) -> None:
    with pytest.raises(Refused, match="Say why"):
        say(history["wrong"], people["ines"], reason=" ")


def test_what_never_was_live_can_not_have_failed_there(
    history: dict[str, Change], people: dict[str, User]
) -> None:
    with pytest.raises(Refused, match="never was live"):
        say(history["never"], people["ines"], "failure")


def test_what_is_no_deployment_is_not_counted_otherwise(
    history: dict[str, Change], people: dict[str, User]
) -> None:
    Change.objects.filter(pk=history["wrong"].pk).update(kind=Change.Kind.HOLD)
    history["wrong"].refresh_from_db()
    with pytest.raises(Refused, match="no deployment"):
        say(history["wrong"], people["ines"])


def test_there_must_be_something_to_take_back(
    history: dict[str, Change], people: dict[str, User]
) -> None:
    with pytest.raises(Moved, match="nothing to undo"):
        operations.take_back(change=history["wrong"], by=people["ines"], now=NOW)


def test_a_program_says_it_too(
    history: dict[str, Change], program: Callable[..., APIClient]
) -> None:
    client = program("ines")
    url = f"/api/v1/dora/rows/{history['wrong'].pk}"
    body = {"what": "not_caused_by_a_change", "reason": "The network."}
    answer = client.post(f"{url}/reclassify/", body, format="json")
    assert (answer.status_code, answer.json()["by"]) == (200, "ines")
    assert figures(client, "component=weather-api")["fail_rate"]["value"] == 0
    assert client.post(f"{url}/take-back/").status_code == 200
    assert client.post(f"{url}/take-back/").status_code == 409
    wrong = client.post(f"{url}/reclassify/", {"what": "meh", "reason": "x"}, format="json")
    assert wrong.json()["field"] == "what"
