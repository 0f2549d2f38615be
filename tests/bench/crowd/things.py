"""What is there: sources, clients, and components with their versions and releases."""

from __future__ import annotations

from deployments.releases.models import Release
from pipelines.connections.models import Binding, Client, Connection, Destination
from pipelines.deliveries.models import Circuit
from pipelines.transformations.models import Transformation, Version
from portal.accounts.models import Grant
from portal.catalog.models import Component, Dependency
from tests.bench.crowd.writing import Writer, always, name_of, noun, someone, team_of

IS_TRANSFORMATION = "n %% 5 > 0"
SPEC = f"""jsonb_build_object(
  'engine', 'duckdb',
  'inputs', jsonb_build_object('flights', jsonb_build_object(
      'connection', 'connection-' || 1 + n %% 50, 'path', {noun("n")} || '.parquet')),
  'parameters', jsonb_build_object('month', jsonb_build_object('type', 'integer', 'default', 1)),
  'sql', repeat('SELECT carrier, count(*) AS flights FROM flights GROUP BY 1 ', 8),
  'contract', jsonb_build_object('key', jsonb_build_array('carrier'), 'columns', (
      SELECT jsonb_agg(jsonb_build_object('name', {noun("n * 3 + i")} || '_' || i,
             'type', 'bigint')) FROM generate_series(1, 8) i)),
  'checks', jsonb_build_array(jsonb_build_object('name', 'adds up', 'sql', 'SELECT 1 WHERE false')),
  'deliveries', jsonb_build_array(jsonb_build_object('client', 'client-' || 1 + n %% %(clients)s,
      'destination', 'destination-' || 1 + n %% %(clients)s, 'format', 'parquet')))"""


def what_there_is(w: Writer) -> None:
    """Sources, clients, and components with two versions each; four in five are transformations."""
    for model, kind, number in (
        (Connection, "connection", "50"),
        (Client, "client", "%(clients)s"),
        (Destination, "destination", "%(clients)s"),
    ):
        more = {"contact": "''"} if model is Client else {"kind": "'directory'"}
        if model is Destination:
            more["client_id"] = always("client", "n")
        w.write(
            model,
            f"FROM generate_series(1, {number}) n",
            id=always(kind, "n"),
            name=f"'{kind}-' || n",
            title=f"initcap('{kind} ' || n)",
            team_id=always("team", team_of("n")),
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
            id=always(f"binding {kind}", "n * 3 + e"),
            environment_id=always("environment", "e"),
            address=f"'/data/{kind}-' || n || '/' || e",
            created_by_id=always("user", "1"),
            updated_at="%(now)s - interval '300 days'",
            **{column: always(kind, "n")},
        )
    w.write(
        Component,
        "FROM generate_series(1, %(components)s) n",
        id=always("component", "n"),
        name=name_of("n"),
        description=f"'How ' || {noun('n')} || ' goes with ' || {noun('n / 27')} || ', by ' ||"
        f" {noun('n / 7')} || '.'",
        kind="CASE WHEN n %% 5 > 0 THEN 'transformation' ELSE "
        "(ARRAY['service', 'library', 'api', 'resource'])[1 + n / 5 %% 4] END",
        team_id=always("team", team_of("n")),
        tier="1 + n %% 4",
        lifecycle="(ARRAY['production', 'production', 'experimental', 'deprecated'])"
        "[1 + least(n %% 37, 3)]",
        created_at="%(now)s - interval '300 days' + n * interval '1 minute'",
    )
    w.write(
        Transformation,
        f"FROM generate_series(1, %(components)s) n WHERE {IS_TRANSFORMATION}",
        id=always("transformation", "n"),
        component_id=always("component", "n"),
        created_at="%(now)s - interval '300 days'",
    )
    w.write(
        Version,
        f"FROM generate_series(1, %(components)s) n, generate_series(1, 2) v"
        f" WHERE {IS_TRANSFORMATION}",
        id=always("version", "n * 2 + v"),
        transformation_id=always("transformation", "n"),
        number="v",
        spec=SPEC,
        file="repeat('# a line of a file that someone wrote' || chr(10), 30)",
        digest="'sha256:' || md5(n || 'v' || v) || md5(v || 'v' || n)",
        semantic_digest="'sha256:' || md5(n || 's' || v)",
        canonicaliser="'sqlglot'",
        created_by_id=someone("n"),
        created_at="%(now)s - interval '200 days' + v * interval '30 days'",
    )
    w.write(
        Release,
        "FROM generate_series(1, %(components)s) n, generate_series(1, 2) v",
        id=always("release", "n * 2 + v"),
        component_id=always("component", "n"),
        number="v",
        artifact_kind="'pipeline'",
        digest="'sha256:' || md5(n || 'v' || v) || md5(v || 'v' || n)",
        source="jsonb_build_object('commit', md5(n || 'c' || v), 'message', 'Change ' || n)",
        created_by_id=someone("n"),
        created_at="%(now)s - interval '200 days' + v * interval '30 days'",
    )
    for direction, kind, name in (
        ("reads", "connection", "'connection-' || 1 + n %% 50"),
        ("feeds", "client", "'client-' || 1 + n %% %(clients)s"),
        ("reads", "component", name_of("1 + pg_temp.spread(n, %(components)s)")),
    ):
        w.write(
            Dependency,
            f"FROM generate_series(1, %(components)s) n WHERE {IS_TRANSFORMATION}",
            id=always(f"dependency {direction} {kind}", "n"),
            component_id=always("component", "n"),
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
            id=always(f"grant {kind}", "n * 5 + t"),
            team_id=always("team", "1 + (n + t) %% %(teams)s"),
            kind=f"'{kind}'",
            name=f"'{kind}-' || n",
            use="'use'",
            granted_by_id=always("user", "1"),
            granted_at="%(now)s - interval '200 days'",
        )
    w.write(
        Circuit,
        "FROM generate_series(1, %(clients)s, 50) n",
        id=always("circuit", "n"),
        destination_id=always("destination", "n"),
        environment_id=always("environment", "3"),
        failures="5",
        opened_at="%(now)s - interval '1 hour'",
        tries_at="%(now)s + interval '1 minute'",
        message="'It does not answer.'",
    )
