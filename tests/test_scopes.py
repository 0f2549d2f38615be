"""What a token needs for each verb of the API: one table, walked with those scopes and without."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from portal.accounts import operations as accounts
from portal.accounts.models import Scope, User
from tests import console_house, kept_house
from tests.test_permissions import OTHERWISE_REFUSED, PLATFORM, TABLE, knock, verdict, words
from tests.whole_house import Whole, telling

READ, WRITE, DEPLOY, MANAGE = Scope.READ, Scope.WRITE, Scope.DEPLOY, Scope.MANAGE

# Every GET wants `read`; so do these, which answer and change nothing.
ASKING = """
POST /api/v1/backfills/plan/ POST /api/v1/deployments/plan/ POST /api/v1/drafts/validate/
POST /api/v1/catalog/validate/
POST /api/v1/manifests/plan/ POST /api/v1/golden-paths/plan/
"""
WRITING = """
POST /api/v1/golden-path-runs/ POST /api/v1/golden-path-runs/{pk}/start/
POST /api/v1/golden-path-runs/{pk}/retry/ POST /api/v1/golden-path-runs/{pk}/cancel/
POST /api/v1/golden-path-runs/{pk}/undo/
POST /api/v1/notifications/read/ POST /api/v1/notifications/{pk}/read/
POST /api/v1/notifications/settings/ POST /api/v1/notifications/address/
POST /api/v1/notifications/confirm/ POST /api/v1/subscriptions/ DELETE /api/v1/subscriptions/{pk}/
POST /api/v1/mutes/ DELETE /api/v1/mutes/{name}/ POST /api/v1/feedback/
POST /api/v1/stars/ DELETE /api/v1/stars/{kind}/{name}/
POST /api/v1/destinations/{name}/resume/ POST /api/v1/bindings/{pk}/test/
POST /api/v1/drafts/ PUT /api/v1/drafts/{pk}/ POST /api/v1/drafts/{pk}/discard/
POST /api/v1/drafts/{pk}/bring-back/ POST /api/v1/drafts/{pk}/register/
POST /api/v1/previews/ POST /api/v1/previews/{pk}/cancel/
POST /api/v1/components/ PATCH /api/v1/components/{name}/
POST /api/v1/components/{name}/claim/ POST /api/v1/components/{name}/let-go/
POST /api/v1/components/{name}/declare/ POST /api/v1/components/{name}/undeclare/
POST /api/v1/components/{name}/hand-over/ POST /api/v1/transformations/
POST /api/v1/logs/searches/ PATCH /api/v1/logs/searches/{pk}/ DELETE /api/v1/logs/searches/{pk}/
POST /api/v1/pinned-queries/ PATCH /api/v1/pinned-queries/{pk}/
DELETE /api/v1/pinned-queries/{pk}/ POST /api/v1/pinned-queries/{pk}/move/
POST /api/v1/runs/ POST /api/v1/runs/{pk}/again/ POST /api/v1/runs/{pk}/cancel/
POST /api/v1/runs/{pk}/accept/ POST /api/v1/runs/{pk}/unaccept/
POST /api/v1/backfills/ POST /api/v1/backfills/{pk}/pause/ POST /api/v1/backfills/{pk}/resume/
POST /api/v1/dora/rows/{pk}/reclassify/ POST /api/v1/dora/rows/{pk}/take-back/
POST /api/v1/backfills/{pk}/cancel/ POST /api/v1/deliveries/{pk}/again/
POST /api/v1/history-imports/ POST /api/v1/manifests/let-go/
POST /api/v1/applications/ POST /api/v1/applications/{pk}/work/
POST /api/v1/dora/rows/{pk}/reclassify/ POST /api/v1/dora/rows/{pk}/take-back/
POST /api/v1/catalog-sources/{name}/sync/ POST /api/v1/catalog-sources/{name}/send/
POST /api/v1/event-sources/{name}/apply/ POST /api/v1/event-sources/{name}/test/
"""
DEPLOYING = """
POST /api/v1/deployments/ POST /api/v1/deployments/{pk}/abort/
POST /api/v1/deployments/{pk}/advance/ POST /api/v1/deployments/{pk}/approve/
POST /api/v1/deployments/{pk}/refuse/ POST /api/v1/releases/{pk}/promote/
POST /api/v1/releases/{pk}/reject/ POST /api/v1/releases/{pk}/lift/ POST /api/v1/configurations/
POST /api/v1/components/{name}/rollback/ POST /api/v1/components/{name}/hold/
POST /api/v1/components/{name}/resume/ POST /api/v1/schedules/{pk}/hold/
POST /api/v1/schedules/{pk}/resume/
"""
MANAGING = """
POST /api/v1/golden-paths/ POST /api/v1/golden-paths/{name}/offer/
POST /api/v1/channels/ DELETE /api/v1/channels/{pk}/ POST /api/v1/channels/{pk}/test/
POST /api/v1/feedback/{pk}/handle/
POST /api/v1/users/ POST /api/v1/users/{username}/password/
POST /api/v1/sessions/{pk}/end/ POST /api/v1/users/{username}/end-sessions/
POST /api/v1/users/{username}/reset-second-factor/ POST /api/v1/users/{username}/disconnect/
POST /api/v1/users/{username}/activate/ POST /api/v1/users/{username}/deactivate/
POST /api/v1/teams/ POST /api/v1/teams/{name}/members/
DELETE /api/v1/teams/{name}/members/{username}/ POST /api/v1/tokens/{pk}/revoke/
POST /api/v1/environments/ POST /api/v1/connections/ POST /api/v1/clients/
POST /api/v1/destinations/ POST /api/v1/bindings/ DELETE /api/v1/bindings/{pk}/
POST /api/v1/grants/ DELETE /api/v1/grants/{pk}/
POST /api/v1/event-sources/ POST /api/v1/event-sources/{name}/rotate/
POST /api/v1/event-sources/{name}/disable/ POST /api/v1/event-sources/{name}/enable/
POST /api/v1/event-sources/{name}/meanings/
DELETE /api/v1/event-sources/{name}/meanings/{meaning}/
POST /api/v1/catalog-sources/ PATCH /api/v1/catalog-sources/{name}/
POST /api/v1/catalog-sources/{name}/rotate/
POST /api/v1/catalog-sources/{name}/disable/ POST /api/v1/catalog-sources/{name}/enable/
POST /api/v1/catalog-sources/{name}/remove/ POST /api/v1/catalog-sources/{name}/remove-orphans/
"""
# What wants two: to pass `read` on, and to answer with what only its readers may see
SEVERAL = {
    "POST /api/v1/tokens/": {READ, MANAGE},
    "POST /api/v1/messages/{pk}/again/": {READ, MANAGE},
    "GET /api/v1/settings/": {READ, MANAGE},  # how the portal itself is set up
    "GET /api/v1/feedback/{pk}/": {READ, MANAGE},  # of somebody else
}

# Without the scope to handle it somebody else's feedback is not there at all.
UNSEEN = {"GET /api/v1/feedback/{pk}/", "POST /api/v1/feedback/{pk}/handle/"}


def doors(words: str) -> Iterator[str]:
    each = iter(words.split())
    return (f"{method} {path}" for method, path in zip(each, each, strict=True))


OPEN = {"GET /api/v1/manifests/schema/"}  # for editors, which have no token
API = [door for door in TABLE if " /api/v1/" in door and door not in OPEN]
SCOPES: dict[str, set[Scope]] = {
    **{door: {READ} for door in API if door.startswith("GET ")},
    **{door: {READ} for door in doors(ASKING + console_house.ASKING)},
    **{door: {WRITE} for door in doors(WRITING + console_house.WRITING)},
    **{door: {DEPLOY} for door in doors(DEPLOYING)},
    **{door: {MANAGE} for door in doors(MANAGING + console_house.MANAGING + kept_house.MANAGING)},
    **SEVERAL,
}
Answer = tuple[str, str]
Ask = Callable[[str, set[Scope]], Answer]


@pytest.fixture
def ask(whole: Whole, people: dict[str, User]) -> Ask:
    """Knock with a token of these scopes, of somebody who may; nothing of it stays."""
    client = Client(raise_request_exception=False)
    secrets: dict[tuple[str, str], str] = {}
    telling(timezone.now())

    def secret(name: str, scopes: set[Scope]) -> str:
        key = (name, " ".join(sorted(scopes)))
        if key not in secrets:
            _, secrets[key] = accounts.issue_token(
                user=people[name],
                name="walk",
                scopes=sorted(scopes),
                expires_at=None,
                by=people[name],
                now=timezone.now(),
            )
        return secrets[key]

    def knocked(door: str, scopes: set[Scope]) -> Answer:
        allowed, body = TABLE[door]
        name = PLATFORM if PLATFORM in allowed else allowed[-1]
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret(name, scopes)}"
        with transaction.atomic():
            answer = knock(client, door, whole, body)
            transaction.set_rollback(True)
        return verdict(answer), words(answer)

    return knocked


def test_the_table_names_every_verb_of_the_api() -> None:
    assert sorted(set(API) - SCOPES.keys()) == [], "The table does not say which scope it wants."
    assert sorted(SCOPES.keys() - set(API)) == [], "The API has no such verb."


def test_a_token_with_these_scopes_is_enough(ask: Ask) -> None:
    wrong = []
    for door, wanted in SCOPES.items():
        found, said = ask(door, wanted)
        if found not in ({"in", "otherwise"} if door in OTHERWISE_REFUSED else {"in"}):
            wrong.append(f"{door} with {sorted(wanted)}: {found} {said}")
    assert not wrong, "\n".join(wrong)


def test_a_token_that_lacks_one_of_them_is_refused_and_told_which(ask: Ask) -> None:
    wrong = []
    for door, wanted in SCOPES.items():
        for scope in wanted:
            found, said = ask(door, set(Scope) - {scope})
            is_told = f"This token has no scope “{scope.value}”" in said
            if found != "refused" or not (is_told or door in UNSEEN):
                wrong.append(f"{door} without {scope.value}: {found} {said}")
    assert not wrong, "\n".join(wrong)
