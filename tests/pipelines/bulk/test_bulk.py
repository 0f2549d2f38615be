"""Many runs or deliveries at once: exactly what was seen, each by its own operation, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from pipelines.bulk import operations, selecting
from pipelines.bulk.models import BulkAction, BulkItem
from pipelines.deliveries import operations as deliveries
from pipelines.deliveries.models import Delivery
from pipelines.runs.models import Run
from portal import failpoints
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.errors import Moved, NotAllowed, Refused
from portal.ids import uuid7
from tests.whole_house import Whole

HERE = {"component": "carrier-punctuality"}
WHY = "The source was down."


def ask(people: dict[str, User], verb: str, *, by: str = "priya", **selection: Any) -> BulkAction:
    chosen = selection or HERE
    return operations.start(
        verb=verb,
        selection=chosen,
        digest=selecting.plan(verb=verb, selection=chosen).digest,
        reason=WHY,
        by=people[by],
        now=timezone.now(),
    )


def work(action: BulkAction) -> BulkAction:
    operations.work(action_id=str(action.pk), clock=timezone.now)
    action.refresh_from_db()
    return action


def test_a_plan_names_what_it_would_touch_and_touches_nothing(whole: Whole) -> None:
    plan = selecting.plan(verb="run.cancel", selection=HERE)
    assert whole.waiting_run.pk in {item.pk for item in plan.items}
    assert plan.teams == [("airline-data", plan.total)]
    assert Run.objects.get(pk=whole.waiting_run.pk).state == Run.State.QUEUED
    nowhere = {**HERE, "environment": "nowhere"}
    assert selecting.plan(verb="run.cancel", selection=nowhere).total == 0


def test_all_of_the_list_is_cancelled_and_written_down(
    whole: Whole, people: dict[str, User]
) -> None:
    action = work(ask(people, "run.cancel"))
    assert (action.state, action.done, action.refused) == ("done", action.total, 0)
    run = Run.objects.get(pk=whole.waiting_run.pk)
    assert run.state == Run.State.CANCELLED
    told = Entry.objects.filter(verb="run.cancel", thing_id=str(run.pk), actor=people["priya"])
    assert told.count() == 1
    verbs = {"bulk.start", "bulk.end"}
    assert set(Entry.objects.filter(verb__in=verbs).values_list("verb", flat=True)) == verbs


def test_what_moved_meanwhile_is_refused_by_its_own_operation(
    whole: Whole, people: dict[str, User]
) -> None:
    action = ask(people, "run.cancel")
    Run.objects.filter(pk=whole.waiting_run.pk).update(state="succeeded")
    action = work(action)
    item = BulkItem.objects.get(action=action, run=whole.waiting_run)
    assert (item.state, action.refused) == ("refused", 1)
    assert "has ended already" in item.message


def test_another_list_than_the_one_that_was_seen_is_not_touched(
    whole: Whole, people: dict[str, User]
) -> None:
    seen = selecting.plan(verb="run.cancel", selection=HERE).digest
    Run.objects.filter(pk=whole.waiting_run.pk).update(state="succeeded")
    with pytest.raises(Moved, match="has moved since you looked"):
        operations.start(
            verb="run.cancel",
            selection=HERE,
            digest=seen,
            reason=WHY,
            by=people["priya"],
            now=timezone.now(),
        )
    assert not BulkAction.objects.filter(verb="run.cancel").exists()


def test_only_the_platform_role_begins_one(whole: Whole, people: dict[str, User]) -> None:
    with pytest.raises(NotAllowed, match="platform role"):
        ask(people, "run.cancel", by="ines")


def test_who_lost_the_right_meanwhile_does_nothing(whole: Whole, people: dict[str, User]) -> None:
    action = ask(people, "run.cancel")
    User.objects.filter(pk=people["priya"].pk).update(is_platform=False)
    action = work(action)
    assert (action.done, action.refused) == (0, action.total)
    assert Run.objects.get(pk=whole.waiting_run.pk).state == Run.State.QUEUED


def test_a_stopped_one_leaves_the_rest(whole: Whole, people: dict[str, User]) -> None:
    action = ask(people, "run.cancel")
    operations.stop(action=action, by=people["priya"], now=timezone.now())
    action = work(action)
    assert (action.state, action.done) == ("stopped", 0)
    assert set(action.items.values_list("state", flat=True)) == {"left"}
    with pytest.raises(Moved, match="ended already"):
        operations.stop(action=action, by=people["priya"], now=timezone.now())


def test_a_lost_worker_is_fenced_off_and_another_goes_on(
    whole: Whole, people: dict[str, User]
) -> None:
    action = ask(people, "run.cancel")
    BulkAction.objects.filter(pk=action.pk).update(
        state="running", attempt=7, next_at=None, lease_until=timezone.now() - timedelta(minutes=1)
    )
    operations.sweep(now=timezone.now())
    action = work(action)
    assert (action.state, action.done) == ("done", action.total)


def test_a_worker_that_dies_before_its_note_has_done_nothing(
    whole: Whole, people: dict[str, User]
) -> None:
    action = ask(people, "run.cancel")
    failpoints.arm("pipelines.bulk.piece=error")
    try:
        with pytest.raises(failpoints.Failed):
            work(action)
    finally:
        failpoints.arm("")
    assert Run.objects.get(pk=whole.waiting_run.pk).state == Run.State.QUEUED
    assert set(action.items.values_list("state", flat=True)) == {"waiting"}
    BulkAction.objects.filter(pk=action.pk).update(lease_until=timezone.now() - timedelta(1))
    operations.sweep(now=timezone.now())
    assert work(action).done == action.total
    told = Entry.objects.filter(verb="run.cancel", thing_id=str(whole.waiting_run.pk))
    assert told.count() == 1


def test_a_piece_that_breaks_keeps_none_of_the_others(
    whole: Whole, people: dict[str, User], caplog: pytest.LogCaptureFixture
) -> None:
    """The database refuses to write this one run: nobody expected that."""
    other = Run.objects.get(pk=whole.waiting_run.pk)
    other.pk, other.number, other._state.adding = uuid7(), other.number + 1000, True
    other.request_key = "another"
    other.save()
    action = ask(people, "run.cancel")
    with connection.cursor() as cursor:
        cursor.execute(BREAKING.format(run=whole.waiting_run.pk))
    action = work(action)
    assert (action.state, action.refused, action.done) == ("done", 1, action.total - 1)
    item = BulkItem.objects.get(action=action, run=whole.waiting_run)
    assert (item.state, item.message[:15]) == ("refused", "Something broke")
    assert Run.objects.get(pk=other.pk).state == Run.State.CANCELLED
    assert "it does not want to" in caplog.text


BREAKING = """
    CREATE FUNCTION breaks() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'it does not want to'; END $$;
    CREATE TRIGGER breaks BEFORE UPDATE ON pipelines_run
        FOR EACH ROW WHEN (NEW.id = '{run}') EXECUTE FUNCTION breaks();
"""


def test_a_waiting_delivery_is_cancelled_and_delivered_again(
    whole: Whole, people: dict[str, User]
) -> None:
    Delivery.objects.filter(pk=whole.delivery.pk).update(state="queued", next_at=timezone.now())
    work(ask(people, "delivery.cancel", client="acme-travel"))
    delivery = Delivery.objects.get(pk=whole.delivery.pk)
    assert delivery.state == Delivery.State.CANCELLED
    assert delivery.message == f"Cancelled by Priya Raman: {WHY}"
    action = work(ask(people, "delivery.again", client="acme-travel"))
    fresh = Delivery.objects.filter(run=delivery.run, name=delivery.name).latest("revision")
    assert (action.done, fresh.revision) == (1, delivery.revision + 1)


def test_what_was_delivered_again_already_is_not_delivered_once_more(
    whole: Whole, people: dict[str, User]
) -> None:
    Delivery.objects.filter(pk=whole.delivery.pk).update(state="failed", next_at=None)
    before = selecting.plan(verb="delivery.again", selection={"client": "acme-travel"})
    assert whole.delivery.pk in [item.pk for item in before.items]
    deliveries.again(
        delivery=Delivery.objects.get(pk=whole.delivery.pk),
        by=people["ines"],
        now=timezone.now(),
        reason=WHY,
    )
    Delivery.objects.filter(state="queued").update(state="delivered", next_at=None)
    after = selecting.plan(verb="delivery.again", selection={"client": "acme-travel"})
    assert whole.delivery.pk not in [item.pk for item in after.items]


def test_a_reason_and_something_to_do_are_wanted(whole: Whole, people: dict[str, User]) -> None:
    with pytest.raises(Refused, match="Nothing fits"):
        ask(people, "run.cancel", environment="nowhere")
    with pytest.raises(Refused, match="Say why"):
        operations.start(
            verb="run.cancel",
            selection=HERE,
            digest="",
            reason=" ",
            by=people["priya"],
            now=timezone.now(),
        )


def test_bulk_actions_are_narrowed_down_to_a_state_and_who_asked(
    whole: Whole, people: dict[str, User], browser: Any, program: Any
) -> None:
    ask(people, "run.cancel")
    client, api = browser("mira"), program("mira")
    for asked, is_shown in (
        ("state=queued", True),
        ("state=queued&by=priya", True),
        ("by=mira", False),
        ("state=done", False),
    ):
        page = client.get(f"/bulk-actions/?{asked}").content.decode()
        assert ("Cancel runs, " in page) is is_shown, asked
        assert ("No bulk action fits this filter" in page) is not is_shown, asked
        over = asked.replace("by=", "asked_by=")
        found = api.get(f"/api/v1/bulk-actions/?{over}").json()["results"]
        assert bool(found) is is_shown, asked
