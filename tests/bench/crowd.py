"""A large installation in a minute: written by SQL, past the operations, in rows that fit together.

For benches of pages and for tests of plans; nothing of it is run or delivered. Times lie in the
last 180 days; a few components have most of the history, as in life.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from deployments.environments.models import Environment
from deployments.policies.models import Approval
from deployments.releases.models import Rejection, Release
from deployments.rollouts.models import Configuration, Deployment, Hold, Live, Step, StepAttempt
from observability.changes.models import Change, Commit
from pipelines.connections.models import Binding, Client, Connection, Destination
from pipelines.deliveries.models import Delivery, DeliveryAttempt, Place
from pipelines.runs.models import Attempt, Run
from pipelines.schedules.models import Schedule
from pipelines.transformations.models import Transformation, Version
from portal.accounts.models import Grant, Membership, Team, User
from portal.audit.models import Entry
from portal.catalog.models import Component, Dependency

DAYS = 180
HOT = 40  # components that have a third of all runs
ENVIRONMENTS = ("development", "staging", "production")
NOUNS = (
    *("carrier", "airport", "flight", "route", "delay", "weather", "fare", "seat", "crew", "gate"),
    *("baggage", "booking", "client", "invoice", "payment", "fleet", "engine", "runway", "slot"),
    *("cargo", "customs", "passenger", "revenue", "forecast", "capacity", "demand", "fuel"),
)
KINDS = ("by-month", "daily", "hourly", "raw", "clean", "joined", "report", "export", "north")
LARGE = (Run, Attempt, Delivery, DeliveryAttempt, Deployment, Step, StepAttempt, Change, Entry)
INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
WHERE schemaname = 'public' AND tablename = ANY(%s)
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname)
"""
FUNCTIONS = """
CREATE FUNCTION pg_temp.identity(at timestamptz, n bigint, kind text) RETURNS uuid
LANGUAGE sql STABLE AS $$  -- each argument once, so that it is inlined: millions of calls
  SELECT overlay(overlay(md5(kind || n)
           PLACING lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' FROM 1)
           PLACING '8' FROM 17)::uuid $$;
CREATE FUNCTION pg_temp.spread(n bigint, of bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$ SELECT abs(hashint8(n)::bigint) % of $$;
"""


@dataclass(frozen=True, slots=True)
class Size:
    """How many of everything that grows."""

    components: int = 5_000
    runs: int = 200_000
    deployments: int = 50_000
    deliveries_a_run: int = 3
    teams: int = 100
    people: int = 400
    clients: int = 300

    def part(self, share: float) -> Size:
        """The same house, smaller."""
        return Size(
            components=max(int(self.components * share), 40),
            runs=int(self.runs * share),
            deployments=int(self.deployments * share),
            teams=max(int(self.teams * share), 5),
            people=max(int(self.people * share), 10),
            clients=max(int(self.clients * share), 6),
        )


def settle(size: Size, now: datetime) -> None:
    """Write all of it, and let PostgreSQL look at it."""
    with transaction.atomic(), connection.cursor() as cursor, _unhindered(cursor):
        writer = Writer(cursor, size, now)
        for step in (who, what_there_is, what_changes, what_runs, what_is_delivered, what_is_said):
            step(writer)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE")


@contextmanager
def _unhindered(cursor: Any) -> Iterator[None]:
    """No triggers and foreign keys: the rows fit by construction. Indexes are built at the end."""
    cursor.execute(FUNCTIONS)
    cursor.execute("SET LOCAL session_replication_role = replica")
    cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
    cursor.execute(INDEXES, [[model._meta.db_table for model in LARGE]])
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for _, definition in indexes:
        cursor.execute(definition)
    cursor.execute("SET LOCAL session_replication_role = DEFAULT")


class Writer:
    """INSERT … SELECT into a model's table; what is not given is what Django would write."""

    def __init__(self, cursor: Any, size: Size, now: datetime) -> None:
        self.cursor = cursor
        self.size = size
        self.values = {
            "now": now,
            "days": DAYS,
            "nouns": list(NOUNS),
            "kinds": list(KINDS),
            "environments": list(ENVIRONMENTS),
            "hot": min(HOT, size.components),
            **{name: getattr(size, name) for name in Size.__slots__},
        }

    def run(self, sql: str) -> None:
        self.cursor.execute(sql, self.values)

    def write(self, model: type[models.Model], rows: str, /, **given: str) -> None:
        """`rows` is FROM what; `given` is SQL by column."""
        columns = dict(self._defaults(model)) | given
        names = ", ".join(f'"{name}"' for name in columns)
        table = model._meta.db_table
        self.run(f'INSERT INTO "{table}" ({names}) SELECT {", ".join(columns.values())} {rows}')

    def _defaults(self, model: type[models.Model]) -> Iterator[tuple[str, str]]:
        for field in model._meta.concrete_fields:
            if field.has_default():
                yield field.column, _literal(field)
            elif field.null:
                yield field.column, "NULL"
            elif not field.primary_key and field.db_default is models.NOT_PROVIDED:
                yield field.column, "''"


def _literal(field: models.Field[Any, Any]) -> str:
    value = field.get_default()
    if isinstance(value, dict | list):
        kind = "jsonb" if isinstance(field, models.JSONField) else (field.db_type(connection) or "")
        return f"'{json.dumps(value)}'::jsonb" if kind == "jsonb" else f"'{{}}'::{kind}"
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return f"'{value}'"


def _noun(n: str) -> str:
    return f"(%(nouns)s::text[])[1 + ({n})::int %% 27]"


IS_TRANSFORMATION = "n %% 5 > 0"
SPEC = f"""jsonb_build_object(
  'engine', 'duckdb',
  'inputs', jsonb_build_object('flights', jsonb_build_object(
      'connection', 'connection-' || 1 + n %% 50, 'path', {_noun("n")} || '.parquet')),
  'parameters', jsonb_build_object('month', jsonb_build_object('type', 'integer', 'default', 1)),
  'sql', repeat('SELECT carrier, count(*) AS flights FROM flights GROUP BY 1 ', 8),
  'contract', jsonb_build_object('key', jsonb_build_array('carrier'), 'columns', (
      SELECT jsonb_agg(jsonb_build_object('name', {_noun("n * 3 + i")} || '_' || i,
             'type', 'bigint')) FROM generate_series(1, 8) i)),
  'checks', jsonb_build_array(jsonb_build_object('name', 'adds up', 'sql', 'SELECT 1 WHERE false')),
  'deliveries', jsonb_build_array(jsonb_build_object('client', 'client-' || 1 + n %% %(clients)s,
      'destination', 'destination-' || 1 + n %% %(clients)s, 'format', 'parquet')))"""


def who(w: Writer) -> None:
    """Teams of four people; the first one of each maintains it, person 1 runs the platform."""
    w.write(
        Team,
        "FROM generate_series(1, %(teams)s) n",
        id="pg_temp.identity(%(now)s - interval '400 days', n, 'team')",
        name="'team-' || lpad(n::text, 3, '0')",
        title="'Team ' || n",
        created_at="%(now)s - interval '400 days'",
    )
    w.write(
        User,
        "FROM generate_series(1, %(people)s) n",
        id="pg_temp.identity(%(now)s - interval '400 days', n, 'user')",
        username="'person-' || n",
        full_name="'Person ' || n",
        is_platform="n = 1",
        created_at="%(now)s - interval '400 days'",
    )
    w.write(
        Membership,
        "FROM generate_series(1, %(people)s) n",
        id="pg_temp.identity(%(now)s - interval '399 days', n, 'membership')",
        user_id="pg_temp.identity(%(now)s - interval '400 days', n, 'user')",
        team_id="pg_temp.identity(%(now)s - interval '400 days', 1 + (n - 1) %% %(teams)s, 'team')",
        role="(ARRAY['maintainer', 'maintainer', 'developer', 'viewer'])"
        "[1 + (n - 1) / %(teams)s %% 4]",
        created_at="%(now)s - interval '399 days'",
    )
    w.write(
        Environment,
        "FROM generate_series(1, 3) n",
        id="pg_temp.identity(%(now)s - interval '400 days', n, 'environment')",
        name="(%(environments)s::text[])[n]",
        title="initcap((%(environments)s::text[])[n])",
        order="n * 10",
        approvals="(n = 3)::int",
        is_production="n = 3",
        created_at="%(now)s - interval '400 days'",
    )


def what_there_is(w: Writer) -> None:
    """Sources, clients, and components with two versions each; four in five are transformations."""
    for model, kind, number in (
        (Connection, "connection", "50"),
        (Client, "client", "%(clients)s"),
        (Destination, "destination", "%(clients)s"),
    ):
        more = {"contact": "''"} if model is Client else {"kind": "'directory'"}
        if model is Destination:
            more["client_id"] = _at("client", "n")
        w.write(
            model,
            f"FROM generate_series(1, {number}) n",
            id=_at(kind, "n"),
            name=f"'{kind}-' || n",
            title=f"initcap('{kind} ' || n)",
            team_id=_at("team", "1 + pg_temp.spread(n, %(teams)s)"),
            created_at="%(now)s - interval '400 days'",
            **more,
        )
    for column, kind, number in (
        ("connection_id", "connection", "50"),
        ("destination_id", "destination", "%(clients)s"),
    ):
        w.write(
            Binding,
            f"FROM generate_series(1, {number}) n, generate_series(1, 3) e",
            id=_at(f"binding {kind}", "n * 3 + e"),
            environment_id=_at("environment", "e"),
            address=f"'/data/{kind}-' || n || '/' || e",
            created_by_id=_at("user", "1"),
            updated_at="%(now)s - interval '300 days'",
            **{column: _at(kind, "n")},
        )
    w.write(
        Component,
        "FROM generate_series(1, %(components)s) n",
        id=_at("component", "n"),
        name=_name("n"),
        description=f"'How ' || {_noun('n')} || ' goes with ' || {_noun('n / 27')} || ', by ' ||"
        f" {_noun('n / 7')} || '.'",
        kind="CASE WHEN n %% 5 > 0 THEN 'transformation' ELSE "
        "(ARRAY['service', 'library', 'api', 'resource'])[1 + n / 5 %% 4] END",
        team_id=_at("team", "1 + pg_temp.spread(n, %(teams)s)"),
        tier="1 + n %% 4",
        lifecycle="(ARRAY['production', 'production', 'experimental', 'deprecated'])"
        "[1 + least(n %% 37, 3)]",
        created_at="%(now)s - interval '300 days' + n * interval '1 minute'",
    )
    w.write(
        Transformation,
        f"FROM generate_series(1, %(components)s) n WHERE {IS_TRANSFORMATION}",
        id=_at("transformation", "n"),
        component_id=_at("component", "n"),
        created_at="%(now)s - interval '300 days'",
    )
    w.write(
        Version,
        f"FROM generate_series(1, %(components)s) n, generate_series(1, 2) v"
        f" WHERE {IS_TRANSFORMATION}",
        id=_at("version", "n * 2 + v"),
        transformation_id=_at("transformation", "n"),
        number="v",
        spec=SPEC,
        file="repeat('# a line of a file that someone wrote' || chr(10), 30)",
        digest="'sha256:' || md5(n || 'v' || v) || md5(v || 'v' || n)",
        semantic_digest="'sha256:' || md5(n || 's' || v)",
        canonicaliser="'sqlglot'",
        created_by_id=_at("user", "1 + pg_temp.spread(n, %(people)s)"),
        created_at="%(now)s - interval '200 days' + v * interval '30 days'",
    )
    w.write(
        Release,
        "FROM generate_series(1, %(components)s) n, generate_series(1, 2) v",
        id=_at("release", "n * 2 + v"),
        component_id=_at("component", "n"),
        number="v",
        artifact_kind="'pipeline'",
        digest="'sha256:' || md5(n || 'v' || v) || md5(v || 'v' || n)",
        source="jsonb_build_object('commit', md5(n || 'c' || v), 'message', 'Change ' || n)",
        created_by_id=_at("user", "1 + pg_temp.spread(n, %(people)s)"),
        created_at="%(now)s - interval '200 days' + v * interval '30 days'",
    )
    for direction, kind, name in (
        ("reads", "connection", "'connection-' || 1 + n %% 50"),
        ("feeds", "client", "'client-' || 1 + n %% %(clients)s"),
        ("reads", "component", _name("1 + pg_temp.spread(n, %(components)s)")),
    ):
        w.write(
            Dependency,
            f"FROM generate_series(1, %(components)s) n WHERE {IS_TRANSFORMATION}",
            id=_at(f"dependency {direction} {kind}", "n"),
            component_id=_at("component", "n"),
            direction=f"'{direction}'",
            kind=f"'{kind}'",
            name=name,
            source="'declared'",
            since_at="%(now)s - interval '200 days'",
        )
    for kind, number in (("connection", "50"), ("client", "%(clients)s")):
        w.write(
            Grant,
            f"FROM generate_series(1, {number}) n, generate_series(1, 5) t",
            id=_at(f"grant {kind}", "n * 5 + t"),
            team_id=_at("team", "1 + (n + t) %% %(teams)s"),
            kind=f"'{kind}'",
            name=f"'{kind}-' || n",
            use="'use'",
            granted_by_id=_at("user", "1"),
            granted_at="%(now)s - interval '200 days'",
        )


def what_changes(w: Writer) -> None:
    """Each place serves version 2; the deployments before it tell how it came to that."""
    w.write(
        Configuration,
        "FROM generate_series(1, %(components)s) n, generate_series(1, 3) e",
        id=_at("configuration", "n * 3 + e"),
        component_id=_at("component", "n"),
        environment_id=_at("environment", "e"),
        number="1",
        created_by_id=_at("user", "1 + pg_temp.spread(n, %(people)s)"),
        created_at="%(now)s - interval '200 days'",
    )
    w.run(
        """CREATE TEMP TABLE crowd_deployment ON COMMIT DROP AS
           SELECT n, 1 + pg_temp.spread(n, %(components)s) AS c, 1 + n %% 3 AS e,
                  %(now)s - interval '1 day' * %(days)s * (1 - n::float / %(deployments)s) AS at
           FROM generate_series(1, %(deployments)s) n"""
    )
    awaiting = "n > %(deployments)s - 20 AND e = 3"
    w.write(
        Deployment,
        "FROM (SELECT *, row_number() OVER (PARTITION BY c, e ORDER BY n DESC) AS last"
        " FROM crowd_deployment) d",
        id=_id("at", "n", "deployment"),
        component_id=_at("component", "c"),
        environment_id=_at("environment", "e"),
        kind="(ARRAY['release', 'release', 'release', 'rollback', 'configuration'])[1 + n %% 5]",
        strategy="'all_at_once'",
        release_id=_at("release", "c * 2 + 1 + n %% 2"),
        configuration_id=_at("configuration", "c * 3 + e"),
        state=f"CASE WHEN last = 1 AND {awaiting} THEN 'awaiting_approval'"
        " WHEN n %% 50 = 7 THEN 'failed' WHEN n %% 90 = 8 THEN 'refused' ELSE 'succeeded' END",
        reason="'Because of ' || n",
        plan="jsonb_build_object('summary', '1 change: the version.', 'sections', '[]'::jsonb)",
        requested_by_id=_at("user", "1 + pg_temp.spread(n, %(people)s)"),
        requested_at="at",
        started_at="at",
        finished_at=f"CASE WHEN last = 1 AND {awaiting} THEN NULL ELSE at + interval '4 s' END",
        live_at="CASE WHEN n %% 50 = 7 OR n %% 90 = 8 OR last = 1 AND n > %(deployments)s - 20"
        " THEN NULL ELSE at + interval '3 s' END",
    )
    for at, name in enumerate(("approval", "prepare", "switch", "confirm")):
        w.write(
            Step,
            "FROM crowd_deployment",
            id=_id("at", "n", f"step {name}"),
            deployment_id=_id("at", "n", "deployment"),
            order=str(at),
            name=f"'{name}'",
            title=f"'{name.capitalize()}'",
            state="'done'",
            attempt="1",
            started_at="at",
            finished_at="at + interval '1 s'",
        )
        w.write(
            StepAttempt,
            "FROM crowd_deployment",
            id=_id("at", "n", f"try {name}"),
            step_id=_id("at", "n", f"step {name}"),
            number="1",
            state="'done'",
            worker="'control@slipway:1'",
            started_at="at",
            finished_at="at + interval '1 s'",
        )
    w.write(
        Approval,
        "FROM crowd_deployment WHERE e = 3",
        id=_id("at", "n", "yes"),
        deployment_id=_id("at", "n", "deployment"),
        decided_by_id=_at("user", "1 + pg_temp.spread(n + 1, %(people)s)"),
        decision="'approved'",
        decided_at="at",
    )
    w.write(
        Live,
        """FROM (SELECT DISTINCT ON (c, e) * FROM crowd_deployment
                 WHERE n %% 50 <> 7 AND n %% 90 <> 8 AND n <= %(deployments)s - 20
                 ORDER BY c, e, n DESC) d""",
        id=_id("at", "n", "live"),
        component_id=_at("component", "c"),
        environment_id=_at("environment", "e"),
        channel="'stable'",
        release_id=_at("release", "c * 2 + 1 + n %% 2"),
        configuration_id=_at("configuration", "c * 3 + e"),
        deployment_id=_id("at", "n", "deployment"),
        since_at="at",
    )
    w.write(
        Hold,
        "FROM generate_series(1, least(400, %(components)s)) n",
        id=_at("hold", "n"),
        component_id=_at("component", "n"),
        environment_id=_at("environment", "1 + n %% 3"),
        reason="'Looking at it.'",
        held_by_id=_at("user", "1"),
        held_at="%(now)s - n * interval '5 hours'",
        resumed_by_id=f"CASE WHEN n > 20 THEN {_at('user', '1')} END",
        resumed_at="CASE WHEN n > 20 THEN %(now)s - n * interval '4 hours' END",
    )
    w.write(
        Rejection,
        "FROM generate_series(1, %(components)s, 25) n",
        id=_at("rejection", "n"),
        component_id=_at("component", "n"),
        digest="'sha256:' || md5(n || 'v1') || md5('1v' || n)",
        release_id=_at("release", "n * 2 + 1"),
        rejected_by_id=_at("user", "1"),
        rejected_at="%(now)s - interval '100 days'",
        reason="'Counts twice.'",
    )


def what_runs(w: Writer) -> None:
    """A third of all runs belongs to a few components; one in fifty failed."""
    w.run(
        """CREATE TEMP TABLE crowd_run ON COMMIT DROP AS
            SELECT n, c, 1 + (n %% 7 > 1)::int + (n %% 7 > 3)::int AS e,
                   %(now)s - interval '1 day' * %(days)s * (1 - n::float / %(runs)s) AS at,
                   CASE WHEN n > %(runs)s - 10 THEN 'running' WHEN n %% 50 = 3 THEN 'failed'
                        WHEN n %% 170 = 4 THEN 'cancelled' ELSE 'succeeded' END AS state,
                   NULL::uuid AS deployment
            FROM (SELECT n, 5 * (CASE WHEN n %% 3 = 0 THEN pg_temp.spread(n, %(hot)s / 5)
                                 ELSE pg_temp.spread(n, %(components)s / 5) END)
                            + 1 + n %% 4 AS c
                  FROM generate_series(1, %(runs)s) n) s"""
    )
    w.run(
        f"""UPDATE crowd_run SET deployment = coalesce(
              (SELECT deployment_id FROM deployments_live
               WHERE component_id = {_at("component", "c")}
                 AND environment_id = {_at("environment", "e")}),
              (SELECT min(id::text)::uuid FROM deployments_deployment))"""
    )
    known = {"version_id": _at("version", "c * 2 + 2"), "deployment_id": "deployment"}
    w.write(
        Run,
        "FROM crowd_run",
        id=_id("at", "n", "run"),
        transformation_id=_at("transformation", "c"),
        environment_id=_at("environment", "e"),
        request_key="'crowd-' || n",
        parameters="jsonb_build_object('month', 1 + n %% 12)",
        parameters_digest="md5(n::text)",
        state="state",
        message="CASE WHEN state = 'failed' THEN 'Column fare is gone.' ELSE '' END",
        attempt="1",
        release_id=_at("release", "c * 2 + 2"),
        configuration_id=_at("configuration", "c * 3 + e"),
        team_id=_at("team", "1 + pg_temp.spread(c, %(teams)s)"),
        requested_by_id=_at("user", "1 + pg_temp.spread(n, %(people)s)"),
        trace_id="md5('trace' || n)",
        requested_at="at",
        queued_at="at",
        started_at="at + interval '1 s'",
        finished_at="CASE WHEN state <> 'running' THEN at + interval '4 s' END",
        lease_until="CASE WHEN state = 'running' THEN at + interval '1 year' END",
        rows="CASE WHEN state = 'succeeded' THEN 16 END",
        bytes="CASE WHEN state = 'succeeded' THEN 2100 END",
        **known,
    )
    w.write(
        Attempt,
        "FROM crowd_run",
        id=_id("at", "n", "attempt"),
        run_id=_id("at", "n", "run"),
        number="1",
        state="state",
        worker="'runs@slipway:1'",
        started_at="at + interval '1 s'",
        finished_at="CASE WHEN state <> 'running' THEN at + interval '4 s' END",
        rows_in="27004",
        rows_out="16",
        waited_for="0.4",
        ran_for="1 + n %% 9",
        log="'query finished in 0.05 s'",
        **known,
    )
    w.write(
        Schedule,
        f"FROM generate_series(1, %(components)s) n WHERE {IS_TRANSFORMATION}",
        id=_at("schedule", "n"),
        transformation_id=_at("transformation", "n"),
        environment_id=_at("environment", "3"),
        state="'active'",
        cron="'0 6 * * *'",
        since_at="%(now)s - interval '100 days'",
        next_at="%(now)s + n * interval '1 minute'",
        last_at="%(now)s - interval '8 hours'",
    )


def what_is_delivered(w: Writer) -> None:
    """Each run went to three clients; what is newest stands there."""
    w.run(
        """CREATE TEMP TABLE crowd_delivery ON COMMIT DROP AS
           SELECT r.*, k, n * %(deliveries_a_run)s + k AS m,
                  1 + (c * 7 + k) %% %(clients)s AS client,
                  CASE WHEN state <> 'succeeded' THEN 'cancelled' WHEN n %% 200 = k THEN 'failed'
                       WHEN n %% 400 = 100 + k THEN 'held' ELSE 'delivered' END AS fate
           FROM crowd_run r, generate_series(1, %(deliveries_a_run)s) k
           WHERE state <> 'running'"""
    )
    w.write(
        Delivery,
        "FROM crowd_delivery",
        id=_id("at + interval '3 s'", "m", "delivery"),
        run_id=_id("at", "n", "run"),
        transformation_id=_at("transformation", "c"),
        name="'client-' || client || '/destination-' || client",
        revision="1",
        client_id=_at("client", "client"),
        destination_id=_at("destination", "client"),
        environment_id=_at("environment", "e"),
        format="'parquet'",
        path="'c' || c || '/' || 1 + n %% 12 || '.parquet'",
        result_path="'results/' || n",
        result_checksum="'sha256:' || md5(n::text)",
        state="fate",
        message="CASE WHEN fate = 'failed' THEN 'The folder is full.' ELSE '' END",
        attempt="1",
        version_id=_at("version", "c * 2 + 2"),
        release_id=_at("release", "c * 2 + 2"),
        deployment_id="deployment",
        team_id=_at("team", "1 + pg_temp.spread(c, %(teams)s)"),
        trace_id="md5('trace' || n)",
        created_at="at + interval '3 s'",
        rows="16",
        bytes="2100",
        checksum="'sha256:' || md5(m::text)",
        delivered_at="CASE WHEN fate = 'delivered' THEN at + interval '5 s' END",
    )
    w.write(
        DeliveryAttempt,
        "FROM crowd_delivery",
        id=_id("at + interval '3 s'", "m", "sending"),
        delivery_id=_id("at + interval '3 s'", "m", "delivery"),
        number="1",
        state="CASE WHEN fate = 'failed' THEN 'failed' ELSE 'delivered' END",
        worker="'deliveries@slipway:1'",
        started_at="at + interval '3 s'",
        finished_at="at + interval '5 s'",
    )
    w.write(
        Place,
        """FROM (SELECT DISTINCT ON (client, e, c, n %% 12) * FROM crowd_delivery
                 WHERE fate = 'delivered' ORDER BY client, e, c, n %% 12, m DESC) d""",
        id=_id("at + interval '3 s'", "m", "place"),
        destination_id=_at("destination", "client"),
        environment_id=_at("environment", "e"),
        path="'c' || c || '/' || 1 + n %% 12 || '.parquet'",
        rank="lpad(n::text, 17, '0')",
        delivery_id=_id("at + interval '3 s'", "m", "delivery"),
    )


def what_is_said(w: Writer) -> None:
    """The axis of changes and the audit, as the operations would have written them."""
    for source, kind, title in (
        (
            "crowd_deployment",
            "deployment",
            "'v' || 1 + n %% 2 || ' → ' || (%(environments)s::text[])[e]",
        ),
        ("crowd_run WHERE state = 'failed'", "run", "'Run ' || n || ' failed'"),
    ):
        w.write(
            Change,
            f"FROM {source}",
            id=_id("at", "n", f"change {kind}"),
            source="'slipway'",
            external_id=f"'{kind}:' || n",
            kind=f"'{kind}'",
            component_id=_at("component", "c"),
            environment="(%(environments)s::text[])[e]",
            release="'2'",
            title=title,
            started_at="at",
            finished_at="at + interval '4 s'",
            outcome="'succeeded'" if kind == "deployment" else "'failed'",
            actor_id=_at("user", "1 + pg_temp.spread(n, %(people)s)"),
            actor_name="'Person ' || 1 + pg_temp.spread(n, %(people)s)",
        )
    w.write(
        Commit,
        "FROM crowd_deployment WHERE n %% 5 < 3",
        id=_id("at", "n", "commit"),
        change_id=_id("at", "n", "change deployment"),
        sha="md5(n::text)",
        message="'Count them once'",
        committed_at="at",
    )
    for source, verb, kind in (
        ("crowd_deployment", "deployment.request", "deployment"),
        ("crowd_run", "run.start", "run"),
    ):
        w.write(
            Entry,
            f"FROM {source}",
            id=_id("at", "n", f"entry {kind}"),
            at="at",
            actor_id=_at("user", "1 + pg_temp.spread(n, %(people)s)"),
            actor_name="'Person ' || 1 + pg_temp.spread(n, %(people)s)",
            verb=f"'{verb}'",
            kind=f"'{kind}'",
            thing="n::text",
            thing_id="n::text",
            component=_name("c"),
            team="'team-' || lpad((1 + pg_temp.spread(c, %(teams)s))::text, 3, '0')",
            environment="(%(environments)s::text[])[e]",
            outcome="'done'",
            request_id="''",
        )


def _name(n: str) -> str:
    """Names of components as people give them, each once."""
    return (
        f"{_noun(n)} || '-' || (%(kinds)s::text[])[1 + ({n})::int / 27 %% 9] || '-' || ({n})::int"
    )


def _id(at: str, n: str, kind: str) -> str:
    """The identity of the n-th thing of a kind that is as old as `at`."""
    return f"pg_temp.identity({at}, ({n})::bigint, '{kind}')"


def _at(kind: str, n: str) -> str:
    """The identity of what was there from the beginning."""
    return _id("%(now)s - interval '400 days'", n, kind)
