"""What each door leaves in the audit: the right verbs, by the person, with the request's id."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.test import Client

from portal.accounts.models import User
from portal.audit.models import Entry
from tests import (
    console_house,
    described_house,
    drafted_house,
    filed_house,
    heard_house,
    kept_house,
    logged_house,
    mapped_house,
    measured_house,
    paved_house,
    placed_house,
    signed_house,
    told_house,
    watched_house,
)
from tests.test_permissions import (
    DEVELOPER,
    MAINTAINER,
    PLATFORM,
    STRANGER,
    TABLE,
    VIEWER,
    knock,
)
from tests.whole_house import Whole

# Asked, left, or said by services of themselves: no act of a person
ASKED_ONLY = {
    *("POST /api/v1/backfills/plan/", "POST /api/v1/deployments/plan/", "POST /sign-out"),
    *("POST /v1/logs", "POST /v1/traces", "POST /v1/metrics"),
    "POST /stars/set",  # one's own rail: it changes nothing for anyone else
    "POST /api/v1/stars/",
    "DELETE /api/v1/stars/{kind}/{name}/",
}
ASKED_ONLY |= (
    heard_house.UNREMARKED
    | described_house.UNREMARKED
    | told_house.UNREMARKED
    | drafted_house.UNREMARKED
    | paved_house.UNREMARKED
    | filed_house.UNREMARKED
    | console_house.UNREMARKED
    | kept_house.UNREMARKED
)


def together(one: dict[str, list[str]], other: dict[str, list[str]]) -> dict[str, list[str]]:
    """What leaves the same verb stands beside each other."""
    return {verb: [*one.get(verb, ()), *other.get(verb, ())] for verb in {**one, **other}}


# Doors that write, by what they leave; a refusal of those below is left, too.
KEPT = {
    **paved_house.KEPT,
    **console_house.KEPT,
    **measured_house.KEPT,
    **mapped_house.KEPT,
    **filed_house.KEPT,
    **heard_house.KEPT,
    **described_house.KEPT,
    **told_house.KEPT,
    "user.create": ["POST /api/v1/users/"],
    "team.create": ["POST /api/v1/teams/"],
    "connection.create": ["POST /api/v1/connections/", *placed_house.KEPT["connection.create"]],
    "client.create": ["POST /api/v1/clients/"],
    "destination.create": ["POST /api/v1/destinations/"],
    "transformation.register": ["POST /api/v1/transformations/", *drafted_house.REGISTERS],
    "team.members": [
        "POST /api/v1/teams/{name}/members/",
        "DELETE /api/v1/teams/{name}/members/{username}/",
    ],
    "environment.create": ["POST /api/v1/environments/"],
    "component.change": [
        "PATCH /api/v1/components/{name}/",
        "POST /components/{name}/edit",
    ],
    "component.hand_over": [
        "POST /api/v1/components/{name}/hand-over/",
        "POST /components/{name}/hand-over",
    ],
    "binding.set": ["POST /api/v1/bindings/", *placed_house.KEPT["binding.set"]],
    "binding.unset": ["DELETE /api/v1/bindings/{pk}/", *placed_house.KEPT["binding.unset"]],
    "grant.give": ["POST /api/v1/grants/"],
    "grant.take": ["DELETE /api/v1/grants/{pk}/"],
    "deployment.request": ["POST /api/v1/deployments/", "POST /components/{name}/plan"],
    "deployment.abort": [
        "POST /api/v1/deployments/{pk}/abort/",
        "POST /deployments/{number}/abort",
    ],
    "deployment.advance": [
        "POST /api/v1/deployments/{pk}/advance/",
        "POST /deployments/{number}/advance",
    ],
    "deployment.approve": [
        "POST /api/v1/deployments/{pk}/approve/",
        "POST /deployments/{number}/approve",
    ],
    "deployment.refuse": [
        "POST /api/v1/deployments/{pk}/refuse/",
        "POST /deployments/{number}/refuse",
    ],
    "deployment.configure": [
        "POST /api/v1/configurations/",
        "POST /components/{name}/in/{environment}/configure",
    ],
    "deployment.roll_back": [
        "POST /api/v1/components/{name}/rollback/",
        "POST /components/{name}/in/{environment}/roll-back",
    ],
    "release.promote": ["POST /api/v1/releases/{pk}/promote/"],
    "release.reject": [
        "POST /api/v1/releases/{pk}/reject/",
        "POST /components/{name}/versions/{number}/reject",
    ],
    "release.lift": [
        "POST /api/v1/releases/{pk}/lift/",
        "POST /components/{name}/versions/{number}/lift",
    ],
    "hold.pause": [
        "POST /api/v1/components/{name}/hold/",
        "POST /api/v1/schedules/{pk}/hold/",
        "POST /components/{name}/in/{environment}/pause",
    ],
    "hold.resume": [
        "POST /api/v1/components/{name}/resume/",
        "POST /api/v1/schedules/{pk}/resume/",
        "POST /components/{name}/in/{environment}/resume",
    ],
    "run.start": ["POST /api/v1/runs/", "POST /components/{name}/run"],
    "run.again": ["POST /api/v1/runs/{pk}/again/", "POST /runs/{number}/again"],
    "run.cancel": ["POST /api/v1/runs/{pk}/cancel/", "POST /runs/{number}/cancel"],
    "delivery.again": ["POST /api/v1/deliveries/{pk}/again/", "POST /deliveries/{number}/again"],
}
KEPT = together(KEPT, kept_house.KEPT)
LEAVES = {
    **KEPT,
    **paved_house.LEAVES,
    **told_house.LEAVES,
    **signed_house.LEAVES,
    **console_house.LEAVES,
    **heard_house.LEAVES,
    **placed_house.LEAVES,
    **drafted_house.LEAVES,
    **logged_house.LEAVES,
    **watched_house.LEAVES,
    "user.sign_in": ["POST /sign-in"],
    "user.password": [
        "POST /api/v1/users/{username}/password/",
        "POST /people/{username}/password",
    ],
    "token.create": ["POST /api/v1/tokens/", "POST /account/tokens/"],
    "token.revoke": ["POST /api/v1/tokens/{pk}/revoke/", "POST /account/tokens/{pk}/revoke"],
    "component.register": ["POST /api/v1/components/"],
    "run.accept": ["POST /api/v1/runs/{pk}/accept/", "POST /runs/{number}/accept"],
    "run.unaccept": ["POST /api/v1/runs/{pk}/unaccept/", "POST /runs/{number}/unaccept"],
    "backfill.start": ["POST /api/v1/backfills/", "POST /components/{name}/backfill"],
    "backfill.pause": ["POST /api/v1/backfills/{pk}/pause/", "POST /backfills/{number}/pause"],
    "backfill.resume": ["POST /api/v1/backfills/{pk}/resume/", "POST /backfills/{number}/resume"],
    "backfill.cancel": ["POST /api/v1/backfills/{pk}/cancel/", "POST /backfills/{number}/cancel"],
}
# What these bring along: a new version is a new release, a rejection stops what is under way.
ALONG = {"transformation.register": {"release.cut"}, "release.reject": {"deployment.abort"}}
# Refused in the house of the permission table for what it is like, whoever asks.
NOT_THERE = {
    *filed_house.STEPS,
    *signed_house.NOT_THERE,
    *heard_house.NOT_THERE,
    *kept_house.NOT_THERE,
    *told_house.NOT_THERE,
    *KEPT["deployment.advance"],
    *KEPT["release.promote"],
    "POST /api/v1/users/{username}/activate/",
}


def test_it_is_said_for_every_door_that_writes() -> None:
    doors = {door for door in TABLE if not door.startswith("GET ")}
    said = {door for doors in LEAVES.values() for door in doors}
    assert doors - said - ASKED_ONLY - NOT_THERE == set()
    assert said <= doors


@contextmanager
def left(door: str, whole: Whole, user: User) -> Iterator[list[Entry]]:
    """What this person's knock at the door writes down; undone afterwards."""
    client = Client(headers={"X-Request-Id": "from-the-proxy-9"})
    with transaction.atomic():
        client.force_login(user)
        last = Entry.objects.latest("id")
        knock(client, door, whole, TABLE[door][1])
        yield list(Entry.objects.filter(pk__gt=last.pk).select_related("actor"))
        transaction.set_rollback(True)


def test_what_is_done_is_written_down_once(whole: Whole, people: dict[str, User]) -> None:
    for verb, doors in LEAVES.items():
        for door in sorted(set(doors) - NOT_THERE):
            allowed = TABLE[door][0]
            name = next(n for n in (MAINTAINER, DEVELOPER, PLATFORM) if n in allowed)
            actor = VIEWER if verb == "user.sign_in" else name
            with left(door, whole, people[name]) as entries:
                found = {entry.verb: entry for entry in entries}
                assert found.keys() == {verb} | ALONG.get(verb, set()), door
                entry = found[verb]
                assert (entry.actor, entry.outcome) == (people[actor], "done"), door
                assert entry.request_id == "from-the-proxy-9", door
                assert entry.kind, door
                assert entry.thing, door


def test_what_matters_is_written_down_when_it_is_refused(
    whole: Whole, people: dict[str, User]
) -> None:
    for verb, doors in KEPT.items():
        for door in doors:
            with left(door, whole, people[STRANGER]) as entries:
                found = [(entry.verb, entry.outcome, entry.actor) for entry in entries]
                assert found == [(verb, "refused", people[STRANGER])], door
                assert "You may not" in entries[0].reason, door


def test_no_entry_holds_a_secret(whole: Whole, people: dict[str, User]) -> None:
    for door in LEAVES["token.create"]:
        with left(door, whole, people[DEVELOPER]) as entries:
            assert "slw_" not in str([vars(entry) for entry in entries])
