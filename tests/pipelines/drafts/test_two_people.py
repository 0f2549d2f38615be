"""Nothing is lost: not by a closed browser, not by a colleague who is faster."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from pipelines.drafts import operations, queries
from pipelines.drafts.models import Draft
from pipelines.drafts.operations import Overtaken, keeping
from portal.audit.models import Entry
from portal.errors import Moved, NotAllowed, Refused
from tests.pipelines.factories import House

Post = Callable[..., Draft]


def test_whoever_saves_second_is_told_and_both_texts_are_kept(
    house: House, draft: Draft, post: Post
) -> None:
    seen = draft.revision
    newer = post(draft, "sql", sql="SELECT 1 AS mine")
    with pytest.raises(Overtaken) as late:
        post(draft, "sql", sql="SELECT 2 AS theirs", seen=seen, by=house.owner)
    assert "Mira Okafor saved the query as revision 2" in late.value.message
    assert "Yours is kept beside it as revision 3" in late.value.message
    stands = queries.draft(draft.number)
    assert (stands.revision, stands.text) == (2, newer.text)
    assert "SELECT 2 AS theirs" in queries.revision(draft, 3).text
    back = operations.go_back(draft=stands, to=3, seen=2, by=house.owner, now=timezone.now())
    assert "SELECT 2 AS theirs" in back.text
    assert back.revision == 4


def test_a_late_change_is_made_to_what_its_author_saw(
    house: House, draft: Draft, post: Post
) -> None:
    """Not mixed with what came in between; and each late text of a sitting replaces the last."""
    seen = draft.revision
    post(draft, "input.add", connection="nyc-files", path="flights.parquet")
    for cron in ("0 6 * * *", "0 7 * * *"):
        with pytest.raises(Overtaken):
            post(draft, "schedule", cron=cron, timezone="UTC", seen=seen, by=house.owner)
    [aside] = [one for one in queries.history(draft) if one.is_aside]
    assert 'cron: "0 7 * * *"' in aside.text
    assert "flights" not in aside.text


def test_a_page_that_closes_with_two_parts_unsaved_loses_neither(draft: Draft, post: Post) -> None:
    """Both are sent at once, and both say that they saw the revision before."""
    seen = draft.revision
    about = {"title": "Punctuality", "name": "carrier-counts", "team": "airline-data"}
    post(draft, "about", seen=seen, is_leaving=True, **about)
    post(draft, "sql", sql="SELECT 1 AS late", seen=seen, is_leaving=True)
    stands = queries.draft(draft.number)
    assert (stands.title, stands.revision) == ("Punctuality", 3)
    assert "SELECT 1 AS late" in stands.text
    assert not any(one.is_aside for one in queries.history(draft))


def test_a_page_that_closes_overwrites_nobody_else(house: House, draft: Draft, post: Post) -> None:
    seen = draft.revision
    post(draft, "sql", sql="SELECT 1 AS mine")
    post(draft, "sql", sql="SELECT 2 AS theirs", by=house.owner, seen=2)
    with pytest.raises(Overtaken):
        post(draft, "sql", sql="SELECT 3 AS late", seen=seen, is_leaving=True)
    stands = queries.draft(draft.number)
    assert "SELECT 2 AS theirs" in stands.text
    [aside] = [one for one in queries.history(draft) if one.is_aside]
    assert "SELECT 3 AS late" in aside.text


def test_changes_of_one_sitting_are_one_entry_of_the_history_and_of_the_audit(
    house: House, draft: Draft, post: Post
) -> None:
    for number in range(4):
        draft = post(draft, "sql", sql=f"SELECT {number}")
    draft = post(draft, "about", title="Other", name="other", team="airline-data")
    assert [one.words for one in queries.history(draft)] == [
        "name and description", "the query", "began",
    ]  # fmt: skip
    verbs = Entry.objects.filter(kind="draft").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["draft.begin", "draft.change", "draft.change"]
    assert draft.revision == 6
    before = queries.before(draft)
    assert before is not None
    assert "SELECT 3" in before.text
    # Somebody who still has a step on the screen loses nothing either.
    with pytest.raises(Overtaken):
        post(draft, "schedule", cron="0 6 * * *", timezone="UTC", seen=3, by=house.owner)


def test_saving_the_same_again_is_no_revision(draft: Draft, post: Post) -> None:
    once = post(draft, "sql", sql="SELECT 1")
    again = post(once, "sql", sql="SELECT 1")
    assert again.revision == once.revision


def test_people_at_the_same_draft_see_each_other_for_half_a_minute(
    house: House, draft: Draft
) -> None:
    now = timezone.now()
    operations.visit(draft=draft, who=house.owner, now=now)
    operations.visit(draft=draft, who=house.developer, now=now)
    assert queries.others_at(draft, house.developer, now) == [house.owner]
    assert queries.others_at(draft, house.developer, now + timedelta(seconds=31)) == []
    operations.leave(draft=draft, who=house.owner)
    assert queries.others_at(draft, house.developer, now) == []


def test_a_discarded_draft_can_be_brought_back_and_not_changed_before(
    house: House, draft: Draft, post: Post
) -> None:
    operations.discard(draft=draft, by=house.developer, now=timezone.now())
    with pytest.raises(Refused, match="Bring it back"):
        post(draft, "sql", sql="SELECT 1")
    with pytest.raises(Moved, match="discarded by now"):
        operations.discard(draft=draft, by=house.developer, now=timezone.now())
    operations.bring_back(draft=draft, by=house.developer, now=timezone.now())
    assert post(queries.draft(draft.number), "sql", sql="SELECT 1").is_open


def test_a_draft_may_be_as_wrong_as_it_is_and_the_form_waits_for_the_file(
    house: House, draft: Draft, post: Post
) -> None:
    broken = operations.save(
        draft=draft, text="spec: [", seen=1, by=house.developer, now=timezone.now()
    )
    with pytest.raises(Refused, match="Mend it in the file"):
        post(broken, "sql", sql="SELECT 1")
    for text, words in (("x" * 300_000, "larger than 256 kB"), ("a: \0", "zero character")):
        with pytest.raises(Refused, match=words):
            operations.save(draft=draft, text=text, seen=2, by=house.developer, now=timezone.now())


def test_others_may_look_and_not_write(
    house: House, people: dict, draft: Draft, post: Post
) -> None:
    for name in ("jonas", "hannah"):
        with pytest.raises(NotAllowed, match="You may not write drafts for this team"):
            post(draft, "sql", sql="SELECT 1", by=people[name])
    with pytest.raises(NotAllowed):
        operations.begin(team=house.team, title="x", by=people["hannah"], now=timezone.now())


def test_the_history_does_not_grow_without_end(
    house: House, draft: Draft, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_REVISIONS", 3)
    for number in range(6):
        draft = post(draft, "check", number="", name=f"check {number}", sql="SELECT 1")
    assert [one.number for one in queries.history(draft)] == [7, 6, 5, 1]
