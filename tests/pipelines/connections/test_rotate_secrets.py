"""Writing every secret anew with another key, so that the old key can go."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from pipelines.connections import operations as connections
from pipelines.connections import trials
from pipelines.connections.models import Binding
from pipelines.connections.sources import queries as sources
from pipelines.connections.sources.base import Wanted
from portal import secrets
from portal.accounts.models import User
from portal.audit.models import Entry
from portal.errors import NotAllowed, Refused
from portal.rotation import operations
from portal.second_factor.models import Factor
from tests.pipelines.factories import House


@pytest.fixture
def binding(house: House, now: datetime, settings: Settings) -> Binding:
    settings.ENCRYPTION_KEYS = ["old"]
    return connections.bind(
        thing=house.connection,
        environment=house.environment,
        address=str(house.folder / "sources"),
        secret="swordfish",
        by=house.owner,
        now=now,
    )


def read(binding: Binding) -> str:
    binding.refresh_from_db()
    return secrets.decrypt(binding.secret or b"")


def test_the_old_key_can_go_afterwards(
    binding: Binding, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.ENCRYPTION_KEYS = ["new", "old"]
    call_command("rotate_secrets")

    settings.ENCRYPTION_KEYS = ["new"]
    assert read(binding) == "swordfish"
    assert "anew with the first key: 1." in capsys.readouterr().out
    entry = Entry.objects.get(verb="secrets.rotate")
    assert (entry.actor_name, entry.after) == ("Slipway", {"count": 1})


def test_a_start_with_other_keys_ends_and_says_which_is_wanted(
    binding: Binding, settings: Settings
) -> None:
    settings.ENCRYPTION_KEYS = ["new"]
    with pytest.raises(CommandError) as refused:
        call_command("prepare", verbosity=0)
    assert "No secret in this database (1 binding) was written with a key" in str(refused.value)
    assert f"`secret_key` in {settings.DATA_DIR}" in str(refused.value)


def test_it_ends_before_the_database_is_migrated(binding: Binding, settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = ["new"]
    with (
        CaptureQueriesContext(connection) as asked,
        pytest.raises(CommandError, match="Nothing in it was changed"),
    ):
        call_command("prepare", verbosity=0)
    assert not [query for query in asked if "django_migrations" in query["sql"]]


def test_a_database_without_tables_holds_no_secrets(db: None, settings: Settings) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path TO nowhere")
        assert all((one.read, one.lost) == (0, 0) for one in operations.held())


def test_a_start_goes_on_with_an_older_key_and_where_the_keys_are_lost(
    binding: Binding, settings: Settings
) -> None:
    settings.ENCRYPTION_KEYS = ["new", "old"]
    call_command("prepare", verbosity=0)
    settings.ENCRYPTION_KEYS, settings.KEYS_ARE_LOST = ["new"], True
    said = io.StringIO()
    call_command("prepare", verbosity=0, stderr=said)
    assert "No key that is here reads the secrets of 1 binding." in said.getvalue()


def test_a_start_goes_on_as_soon_as_one_is_said_again_and_tells_of_the_rest(
    binding: Binding, people: dict[str, User], now: datetime, settings: Settings
) -> None:
    settings.ENCRYPTION_KEYS = ["new"]
    factor(people["mira"], now)
    said = io.StringIO()
    call_command("prepare", verbosity=0, stderr=said)
    assert "reads the secrets of 1 binding. What needs them fails" in said.getvalue()


def test_what_needs_a_lost_secret_says_so(
    house: House, binding: Binding, now: datetime, settings: Settings
) -> None:
    settings.ENCRYPTION_KEYS = ["new"]
    with pytest.raises(Refused, match="was written with a key that Slipway does not have"):
        sources.describe(
            connection=house.connection,
            environment=house.environment,
            wanted=Wanted("flights", path="flights.parquet"),
        )
    connections.test(thing=house.connection, environment=house.environment, by=house.owner, now=now)
    trials.run(binding_id=str(binding.pk), clock=lambda: now)
    binding.refresh_from_db()
    assert "was written with a key that Slipway does not have" in binding.trial["summary"]


def test_a_secret_that_no_key_reads_is_not_kept_beside_the_new_one(
    house: House, people: dict[str, User], now: datetime, settings: Settings
) -> None:
    settings.ENCRYPTION_KEYS = ["lost"]
    hook = connections.create_destination(
        name="acme-hook", kind="webhook", client=house.client, team=house.team, by=house.owner,
        now=now,
    )  # fmt: skip
    given = {
        "thing": hook, "environment": house.environment, "address": "https://hooks.example.com/x",
        "secret": "whsec_" + "QUJD" * 10, "by": people["priya"], "now": now,
    }  # fmt: skip
    connections.bind(**given)
    connections.bind(**given)
    settings.ENCRYPTION_KEYS = ["new"]
    held = connections.bind(**given)
    held.refresh_from_db()
    assert held.former_secret is None
    assert [one.lost for one in operations.held()] == [0] * len(settings.SECRETS_AT_REST)


def test_nothing_changes_where_a_key_is_missing(binding: Binding, settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = ["new"]
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("rotate_secrets")

    settings.ENCRYPTION_KEYS = ["old"]
    assert read(binding) == "swordfish"
    assert not Entry.objects.filter(verb="secrets.rotate").exists()


def test_who_has_no_platform_role_may_not(
    house: House, people: dict[str, User], now: datetime
) -> None:
    with pytest.raises(NotAllowed, match="You may not write secrets anew"):
        operations.rotate(by=people["mira"], now=now)


def factor(user: User, now: datetime) -> Factor:
    return Factor.objects.create(
        user=user, kind="app", name="App", secret=secrets.encrypt("codes"), created_at=now
    )


def test_what_stops_it_in_between_leaves_the_rest_for_the_next_one(
    binding: Binding, people: dict[str, User], now: datetime, settings: Settings
) -> None:
    row = factor(people["mira"], now)
    settings.ENCRYPTION_KEYS = ["new", "old"]

    def stop(said: str) -> None:
        assert said == "bindings: 1 written anew"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        operations.rotate(by=people["priya"], now=now, say=stop)
    row.refresh_from_db()
    assert secrets.is_newest(Binding.objects.get(pk=binding.pk).secret)
    assert not secrets.is_newest(row.secret)

    heard: list[str] = []
    assert operations.rotate(by=people["priya"], now=now, say=heard.append) == 1
    assert heard[0] == "bindings: 0 written anew"
    settings.ENCRYPTION_KEYS = ["new"]
    row.refresh_from_db()
    assert secrets.decrypt(row.secret) == "codes"
    entries = Entry.objects.filter(verb="secrets.rotate").order_by("pk")
    assert [(entry.thing, entry.after) for entry in entries] == [
        ("secrets of bindings", {"count": 1}),
        ("secrets of factors", {"count": 1}),
    ]


def test_every_table_with_a_secret_is_known() -> None:
    """A column that is called so and is forgotten here can't be read once the old key is gone."""
    held = {
        f"{model.__module__}.{model.__name__}.{field.name}"
        for floor in ("portal", "observability", "deployments", "pipelines")
        for model in apps.get_app_config(floor).get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.BinaryField) and "secret" in field.name
    }
    known = {
        f"{name}.{column}"
        for name, columns in django_settings.SECRETS_AT_REST.items()
        for column in columns
    }
    assert held <= known
    assert len(held) == 8
