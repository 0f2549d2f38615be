"""What people have begun: drafts with their revisions and previews, and uses of golden paths."""

from __future__ import annotations

from pipelines.drafts.models import Draft, DraftRevision, DraftVisit
from pipelines.previews.models import Preview
from portal.golden_paths import operations, shipped
from portal.golden_paths.definition import Definition, parsed
from portal.golden_paths.models import GoldenPath, PathAttempt, PathRun, PathStep
from tests.bench.crowd.writing import Writer, always, id_of, name_of, someone, team_of

FILE = """\
apiVersion: slipway/v1
kind: Transformation
metadata:
  name: NAME
  team: TEAM
  description: How punctual each carrier was.
spec:
  engine: duckdb
  inputs:
    flights: {connection: CONNECTION, path: flights.parquet}
  sql: |
    SELECT carrier, count(*) AS flights
    FROM flights GROUP BY 1
  contract:
    key: [carrier]
    columns:
      - {name: carrier, type: varchar, required: true}
      - {name: flights, type: bigint, required: true}
  deliveries:
    - {client: CLIENT, destination: DESTINATION, format: parquet}
  defaults:
    schedule: {cron: "0 6 * * *", timezone: Europe/Berlin, catch_up: latest}
"""
# A draft is a change of the component with its number; its team is that of the person.
DRAFTS = f"""
CREATE TEMP TABLE crowd_draft ON COMMIT DROP AS
SELECT *, replace(replace(replace(replace(replace(%(file)s,
       'NAME', {name_of("c")}), 'TEAM', 'team-' || lpad(team::text, 3, '0')),
       'CONNECTION', 'connection-' || 1 + n %% 50), 'CLIENT', 'client-' || 1 + n %% %(clients)s),
       'DESTINATION', 'destination-' || 1 + n %% %(clients)s) AS text
FROM (SELECT n, 1 + n %% %(people)s AS person, 1 + n %% %(people)s %% %(teams)s AS team,
             %(now)s - n * interval '2 hours' AS at,
             5 * (n %% (%(components)s / 5)) + 1 + n %% 4 AS c,
             CASE WHEN n %% 10 < 3 THEN 'open' WHEN n %% 10 < 5 THEN 'discarded'
                  ELSE 'registered' END AS state
      FROM generate_series(1, %(drafts)s) n) d
"""
DRAFT = id_of("at", "n", "draft")
SPEC = """jsonb_build_object('sql', 'SELECT 1', 'inputs', jsonb_build_object(
  'flights', jsonb_build_object('connection', 'connection-1', 'path', 'flights.parquet')))"""
STATES = "(ARRAY['done', 'done', 'done', 'done', 'failed', 'cancelled', 'undone', 'draft'])"
# A use is about one of the busiest components; the first maintainer of its team started it.
ABOUT = "(5 * pg_temp.spread(n, %(hot)s / 5) + 1 + pg_temp.spread(n + 7, 4))"
TEAM = team_of(ABOUT)
COMPONENT = f"""jsonb_build_object('component', {name_of(ABOUT)},
  'sunset_on', '2030-01-31', 'lifecycle', 'production', 'teams', jsonb_build_array('team-001'))"""


def what_is_drafted(w: Writer) -> None:
    """Three in ten drafts are open, and somebody looks at them; each has some history."""
    w.run(DRAFTS, file=FILE)
    w.write(
        Draft,
        "FROM crowd_draft",
        id=DRAFT,
        team_id=always("team", "team"),
        name=name_of("c"),
        title=f"'Change of ' || {name_of('c')}",
        text="text",
        revision="5",
        state="state",
        base_id=always("version", "c * 2 + 1"),
        version_id=f"CASE WHEN state = 'registered' THEN {always('version', 'c * 2 + 2')} END",
        created_by_id=always("user", "person"),
        created_at="at",
        changed_by_id=always("user", "person"),
        changed_at="at",
    )
    w.write(
        DraftRevision,
        "FROM crowd_draft, generate_series(1, 5) k",
        id=id_of("at", "n * 5 + k", "revision"),
        draft_id=DRAFT,
        number="k",
        text="text",
        words="'changed the SQL'",
        since_at="at",
        by_id=always("user", "person"),
        at="at",
    )
    w.write(
        DraftVisit,
        "FROM crowd_draft WHERE state = 'open'",
        id=id_of("at", "n", "visit"),
        draft_id=DRAFT,
        user_id=someone("n"),
        at="at",
    )
    w.write(
        Preview,
        "FROM crowd_draft, generate_series(1, 3) k WHERE state = 'open'",
        id=id_of("at", "n * 3 + k", "preview"),
        draft_id=DRAFT,
        revision="k",
        team_id=always("team", "team"),
        environment_id=always("environment", "1"),
        spec=SPEC,
        most_rows="10000",
        state="'succeeded'",
        attempt="1",
        started_at="at",
        finished_at="at",
        expires_at="%(now)s + interval '1 day'",
        requested_by_id=always("user", "person"),
        requested_at="at",
        rows="16",
        ran_for="0.4",
    )


def what_is_started(w: Writer) -> None:
    """The paths that are shipped, and uses of them in every state."""
    for number, file in enumerate(shipped.files()):
        operations.publish(definition=file, by=None, now=w.values["now"])
        w.values["path"], w.values["paths"] = number, len(shipped.files())
        path = GoldenPath.objects.select_related("current").latest("created_at", "id")
        assert path.current is not None
        w.values["path_id"], w.values["path_version"] = path.pk, path.current_id
        _uses(w, parsed(path.current.content))


def _uses(w: Writer, path: Definition) -> None:
    at = "(%(now)s - n * interval '50 minutes')"
    rows = (
        f"FROM (SELECT n, {STATES}[1 + n / %(paths)s %% 8] AS state"
        " FROM generate_series(1, %(path_runs)s) n) n WHERE n %% %(paths)s = %(path)s"
    )
    use = id_of(at, "n", "use")
    w.write(
        PathRun,
        rows,
        id=use,
        path_id="%(path_id)s",
        version_id="%(path_version)s",
        state="state",
        subject=name_of(ABOUT),
        answers=COMPONENT,
        team_id=always("team", TEAM),
        started_by_id=always("user", TEAM),
        acts_for_id=always("user", TEAM),
        request_key="CASE WHEN state <> 'draft' THEN 'crowd-' || n ELSE '' END",
        created_at=at,
        changed_at=at,
        started_at=f"CASE WHEN state <> 'draft' THEN {at} END",
        finished_at=f"CASE WHEN state <> 'draft' THEN {at} + interval '3 s' END",
    )
    for order, step in enumerate(path.spec.steps, start=1):
        is_last = order == len(path.spec.steps)
        said = "CASE WHEN state = 'undone' THEN 'undone' ELSE 'done' END"
        last = (
            "CASE state WHEN 'failed' THEN 'failed' WHEN 'cancelled' THEN 'left'"
            " WHEN 'undone' THEN 'undone' ELSE 'done' END"
        )
        known = {"state": last if is_last else said}
        w.write(
            PathStep,
            f"{rows} AND state <> 'draft'",
            id=id_of(at, "n", f"use {order}"),
            run_id=use,
            order=str(order),
            name=f"'{step.id}'",
            kind=f"'{step.step}'",
            title=f"'{step.title or step.id}'",
            given=COMPONENT,
            outputs=COMPONENT,
            attempt="1",
            started_at=at,
            finished_at=f"{at} + interval '1 s'",
            **known,
        )
        w.write(
            PathAttempt,
            f"{rows} AND state <> 'draft'",
            id=id_of(at, "n", f"use {order} 1"),
            step_id=id_of(at, "n", f"use {order}"),
            number="1",
            worker="'slipway:1:1'",
            started_at=at,
            finished_at=f"{at} + interval '1 s'",
            **known,
        )
