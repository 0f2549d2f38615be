"""Secrets stand in no file: a reference says where they come from, and a plan never shows them."""

from __future__ import annotations

import json

import pytest
from pytest_django import Settings

from pipelines.connections.models import Binding
from portal import secrets
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.errors import Refused
from portal.manifests.models import Application, ApplicationStep, Kept
from portal.manifests.world import fingerprint
from tests.pipelines.connections.test_bind_kinds import DATABASE, HOOK, KEY, OTHER_KEY
from tests.pipelines.factories import House
from tests.portal.manifests.folder import Folder

HOOKED = f"""\
apiVersion: slipway/v1
kind: Destination
metadata: {{name: acme-hook, team: airline-data}}
spec: {{kind: webhook, client: acme-travel}}
---
apiVersion: slipway/v1
kind: Binding
metadata: {{name: destination/acme-hook/staging}}
spec:
  address: {HOOK}
  secret: {{env: HOOK_KEY}}
"""


@pytest.fixture
def hooked(folder: Folder) -> Folder:
    folder.files = {"hook.yaml": HOOKED}
    folder.secrets = {"env:HOOK_KEY": KEY}
    return folder


def held() -> str:
    return secrets.decrypt(Binding.objects.get(destination__name="acme-hook").secret or b"")


def test_it_is_set_from_where_the_file_says(hooked: Folder) -> None:
    application = hooked.apply()
    assert (application.message, held()) == ("", KEY)
    assert hooked.plan().steps == ()


def test_another_one_is_told_by_fingerprints_that_tell_nothing(hooked: Folder) -> None:
    hooked.apply()
    hooked.secrets = {"env:HOOK_KEY": OTHER_KEY}

    (step,) = hooked.plan().steps
    (difference,) = step.differences
    assert difference.field == "secret"
    assert difference.before != difference.after
    assert str(difference.after).startswith("another one from env HOOK_KEY (")
    hooked.apply()
    assert held() == OTHER_KEY


def test_one_that_no_key_reads_any_more_is_said_again(hooked: Folder, settings: Settings) -> None:
    hooked.apply()
    settings.ENCRYPTION_KEYS = ["another"]

    (step,) = hooked.plan().steps
    (difference,) = step.differences
    assert difference.before == "set, and can't be read any more"
    hooked.apply()
    assert held() == KEY


def test_a_fingerprint_is_stored_nowhere_and_is_of_one_thing_alone(hooked: Folder) -> None:
    hooked.apply()
    hooked.secrets = {"env:HOOK_KEY": OTHER_KEY}
    hooked.apply()
    stored = str(list(ApplicationStep.objects.values()))
    name = "destination/acme-hook/staging"
    assert "another one from env HOOK_KEY" in stored
    for secret in (KEY, OTHER_KEY):
        assert fingerprint(secret, of=name) not in stored
        assert fingerprint(secret, of=name) != fingerprint(secret, of="destination/mine/staging")


def test_no_table_holds_it_in_the_clear(hooked: Folder) -> None:
    hooked.apply()
    rows = [list(model.objects.values()) for model in (Entry, Application, ApplicationStep, Kept)]
    assert KEY not in json.dumps(rows, default=str)


def test_whoever_plans_without_it_compares_all_the_rest(hooked: Folder) -> None:
    hooked.apply()
    hooked.secrets = {}
    assert hooked.plan().steps == ()
    assert [each["reference"] for each in hooked.plan().secrets] == ["env:HOOK_KEY"]


def test_applying_without_it_stops_there(hooked: Folder) -> None:
    hooked.secrets = {}
    application = hooked.apply()
    assert application.state == "stopped"
    assert application.message.endswith("Its secret (env HOOK_KEY) was not given.")


def test_a_secret_in_a_file_is_refused_and_not_repeated(hooked: Folder) -> None:
    hooked.files = {"hook.yaml": HOOKED.replace("{env: HOOK_KEY}", KEY)}
    with pytest.raises(Refused, match="No secret stands in a file") as refused:
        hooked.plan()
    assert KEY not in refused.value.message + str(refused.value.details)
    assert refused.value.details[0]["line"] == 11


def test_what_could_not_be_a_key_is_told_before(hooked: Folder) -> None:
    hooked.secrets = {"env:HOOK_KEY": "short"}
    refused = hooked.steps()["Binding destination/acme-hook/staging"].refusals
    assert len(refused) == 1
    assert "short" not in refused[0]


def test_a_stranger_learns_nothing_by_guessing(hooked: Folder, people: dict[str, User]) -> None:
    hooked.by = people["hannah"]
    step = hooked.steps()["Binding destination/acme-hook/staging"]
    assert [each.after for each in step.differences if each.field == "secret"] == [
        "set from env HOOK_KEY"
    ]
    hooked.by = people["priya"]
    hooked.apply()
    hooked.by, hooked.secrets = people["hannah"], {"env:HOOK_KEY": OTHER_KEY}
    assert hooked.plan().steps == ()


def test_a_password_does_not_move_to_another_address_by_itself(
    folder: Folder, house: House
) -> None:
    beginning = "apiVersion: slipway/v1\nkind: "
    source = "Connection\nmetadata: {name: ops-db, team: airline-data}\nspec: {kind: postgres}\n"
    bound = (
        "Binding\nmetadata: {name: connection/ops-db/staging}\n"
        f"spec: {{address: {DATABASE}, secret: {{file: password}}}}\n"
    )
    folder.files = {"db.yaml": f"{beginning}{source}---\n{beginning}{bound}"}
    folder.secrets = {"file:password": "swordfish"}
    assert folder.apply().message == ""
    assert folder.plan().steps == (), "the address is compared in the form in which it is kept"
    without = folder.files["db.yaml"].replace(", secret: {file: password}", "")
    folder.files["db.yaml"] = without.replace("db.example", "evil.example")

    (refused,) = folder.steps()["Binding connection/ops-db/staging"].refusals
    assert "The password that is kept was for" in refused
