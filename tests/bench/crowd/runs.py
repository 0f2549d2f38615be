"""What runs: by schedules, by hand, in backfills; and what became of it."""

from __future__ import annotations

from pipelines.acceptances.models import Acceptance
from pipelines.backfills.models import Backfill, Part
from pipelines.runs.models import Attempt, Run
from pipelines.schedules.models import Omission, Schedule
from portal.workers.models import Heartbeat
from tests.bench.crowd.writing import Writer, always, id_of, someone, team_of

# Every four hours where most happens, elsewhere once a week, each at its own time
CRON = """CASE WHEN c <= %(hot)s THEN '0 */4 * * *'
          ELSE format('%%s %%s * * %%s', c %% 60, c %% 24, c %% 7) END"""
PERIOD = "CASE WHEN c <= %(hot)s THEN interval '4 hours' ELSE interval '7 days' END"
# The last due time of component c; the second of January 2000 was a Sunday
LAST_DUE = """CASE WHEN c <= %(hot)s THEN date_bin('4 hours', %(now)s, '2000-01-01 00:00+00')
              ELSE date_bin('7 days', %(now)s, timestamptz '2000-01-02 00:00+00'
                            + make_interval(days => (c %% 7)::int, hours => (c %% 24)::int,
                                            mins => (c %% 60)::int)) END"""
# In production all runs are due ones, the newest of a component for its last due time, and so on:
# its grid is full. Ten in a row of the busiest belong to one backfill now and then.
RUNS = f"""
CREATE TEMP TABLE crowd_run ON COMMIT DROP AS
SELECT n, c, e, coalesce(logical_at + interval '2 s', at) AS at, logical_at, state,
       CASE WHEN e = 3 AND c <= %(hot)s AND j / 10 %% 2 = 1 THEN c * 1000 + j / 10 END AS backfill,
       NULL::uuid AS deployment
FROM (
  SELECT *, CASE WHEN e = 3 THEN {LAST_DUE} - j * ({PERIOD}) END AS logical_at
  FROM (
    SELECT *, row_number() OVER (PARTITION BY c, e ORDER BY n DESC) - 1 AS j
    FROM (
      SELECT n, 1 + (n %% 7 > 1)::int + (n %% 7 > 3)::int AS e,
             5 * (CASE WHEN n %% 3 = 0 THEN pg_temp.spread(n, %(hot)s / 5)
                       ELSE pg_temp.spread(n, %(components)s / 5) END) + 1 + n %% 4 AS c,
             %(now)s - interval '1 day' * %(days)s * (1 - n::float / %(runs)s) AS at,
             CASE WHEN n > %(runs)s - 10 THEN 'running' WHEN n > %(runs)s - 20 THEN 'queued'
                  WHEN n %% 50 = 3 THEN 'failed' WHEN n %% 170 = 4 THEN 'cancelled'
                  ELSE 'succeeded' END AS state
      FROM generate_series(1, %(runs)s) n) a) b) c
ORDER BY at
"""
OF_THE_HOUSE = f"""
UPDATE crowd_run SET deployment = coalesce(
  (SELECT deployment_id FROM deployments_live
   WHERE component_id = {always("component", "c")}
     AND environment_id = {always("environment", "e")}),
  (SELECT min(id::text)::uuid FROM deployments_deployment))
"""
PLANNED = """jsonb_build_object('due', 10, 'left_alone', 0, 'seconds', 40, 'seconds_each', 4,
  'looked_at', 20, 'deliveries', '[]'::jsonb, 'not_delivered_here', '[]'::jsonb)"""
HAS_ENDED = "state NOT IN ('queued', 'running')"
PROCESSES = (
    "(VALUES ('web', '[]', 8), ('control', '[\"rollback\", \"control\"]', 4),"
    " ('runs', '[\"runs\"]', 2), ('deliveries', '[\"deliveries\"]', 8), ('beat', '[]', 0))"
    " AS p (process, queues, slots)"
)


def what_runs(w: Writer) -> None:
    """A third of all runs belongs to a few components; one in fifty failed."""
    w.run(RUNS)
    w.run(OF_THE_HOUSE)
    known = {"version_id": always("version", "c * 2 + 2"), "deployment_id": "deployment"}
    w.write(
        Run,
        "FROM crowd_run",
        id=id_of("at", "n", "run"),
        transformation_id=always("transformation", "c"),
        environment_id=always("environment", "e"),
        logical_at="logical_at",
        request_key="CASE WHEN logical_at IS NULL THEN 'crowd-' || n ELSE '' END",
        parameters="jsonb_build_object('month', 1 + n %% 12)",
        parameters_digest="md5(n::text)",
        state="state",
        message="CASE WHEN state = 'failed' THEN 'Column fare is gone.' ELSE '' END",
        attempt="(state <> 'queued')::int",
        release_id=always("release", "c * 2 + 2"),
        configuration_id=always("configuration", "c * 3 + e"),
        team_id=always("team", team_of("c")),
        requested_by_id=f"CASE WHEN logical_at IS NULL THEN {someone('n')} END",
        backfill_id=f"CASE WHEN backfill > 0 THEN {always('backfill', 'backfill')} END",
        trace_id="md5('trace' || n)",
        requested_at="at",
        queued_at="at",
        next_at="CASE WHEN state = 'queued' THEN at END",
        started_at="CASE WHEN state <> 'queued' THEN at + interval '1 s' END",
        finished_at=f"CASE WHEN {HAS_ENDED} THEN at + interval '4 s' END",
        lease_until="CASE WHEN state = 'running' THEN at + interval '1 year' END",
        revision="(state = 'succeeded')::int",
        rows="CASE WHEN state = 'succeeded' THEN 16 END",
        bytes="CASE WHEN state = 'succeeded' THEN 2100 END",
        **known,
    )
    w.write(
        Attempt,
        "FROM crowd_run WHERE state <> 'queued'",
        id=id_of("at", "n", "attempt"),
        run_id=id_of("at", "n", "run"),
        number="1",
        state="state",
        worker="'slipway:4:1'",
        started_at="at + interval '1 s'",
        finished_at=f"CASE WHEN {HAS_ENDED} THEN at + interval '4 s' END",
        rows_in="27004",
        rows_out="16",
        waited_for="0.4",
        ran_for="1 + n %% 9",
        checks="jsonb_build_array(jsonb_build_object('name', 'adds up', 'is_passed',"
        " state = 'succeeded', 'rows', 0, 'message', ''))",
        log="'query finished in 0.05 s'",
        **known,
    )
    w.write(
        Acceptance,
        "FROM crowd_run WHERE state = 'failed' AND n %% 100 = 3",
        id=id_of("at", "n", "acceptance"),
        run_id=id_of("at", "n", "run"),
        attempt="1",
        reason="'The source was late.'",
        accepted_by_id=someone("n"),
        accepted_at="at + interval '1 hour'",
    )
    w.write(
        Heartbeat,
        f"FROM {PROCESSES}",
        id="gen_random_uuid()",
        name="'slipway:' || process",
        process="process",
        queues="queues::jsonb",
        slots="slots",
        started_at="%(now)s - interval '3 days'",
        seen_at="%(now)s",
    )


def what_runs_by_itself(w: Writer) -> None:
    """Each transformation in production; a few due times of long ago were left out."""
    is_one = "FROM generate_series(1, %(components)s) c WHERE c %% 5 > 0"
    w.write(
        Schedule,
        is_one,
        id=always("schedule", "c"),
        transformation_id=always("transformation", "c"),
        environment_id=always("environment", "3"),
        state="'active'",
        cron=CRON,
        release_id=always("release", "c * 2 + 2"),
        configuration_id=always("configuration", "c * 3 + 3"),
        since_at="%(now)s - interval '200 days'",
        next_at=f"{LAST_DUE} + {PERIOD}",
        last_at=LAST_DUE,
    )
    w.write(
        Omission,
        f"{is_one} AND c %% 10 = 1",
        id=always("omission", "c"),
        schedule_id=always("schedule", "c"),
        cron=CRON,
        timezone="'UTC'",
        first_at=f"{LAST_DUE} - 26 * ({PERIOD})",
        last_at=f"{LAST_DUE} - 25 * ({PERIOD})",
        count="2",
        cause="'down'",
        noted_at=f"{LAST_DUE} - 24 * ({PERIOD})",
    )


def what_is_caught_up(w: Writer) -> None:
    """Backfills: those that the runs were a part of, and a few that go on or stand still."""
    known = {
        "transformation_id": always("transformation", "c"),
        "cron": "'0 */4 * * *'",
        "timezone": "'UTC'",
        "reason": "'It counted twice.'",
        "plan": PLANNED,
    }
    w.write(
        Backfill,
        "FROM (SELECT backfill, c, min(logical_at) AS first, max(logical_at) AS last, count(*),"
        " count(*) FILTER (WHERE state = 'succeeded') AS good FROM crowd_run"
        " WHERE backfill > 0 GROUP BY 1, 2) b",
        id=always("backfill", "backfill"),
        environment_id=always("environment", "3"),
        start_at="first",
        end_at="last",
        state="'done'",
        total="count",
        good="good",
        bad="count - good",
        requested_by_id=someone("backfill"),
        requested_at="last + interval '1 hour'",
        finished_at="last + interval '2 hours'",
        **known,
    )
    w.write(
        Part,
        "FROM crowd_run WHERE backfill > 0",
        id=id_of("at", "n", "part"),
        backfill_id=always("backfill", "backfill"),
        logical_at="logical_at",
        state="CASE state WHEN 'succeeded' THEN 'done' WHEN 'running' THEN 'started'"
        " WHEN 'queued' THEN 'started' ELSE 'failed' END",
        run_id=id_of("at", "n", "run"),
    )
    going = "FROM generate_series(1, 40) b, LATERAL (SELECT 1 + b %% 4 + 5 * (b / 4) AS c) d"
    w.write(
        Backfill,
        going,
        id=always("backfill going", "b"),
        environment_id=always("environment", "1"),
        start_at="%(now)s - interval '100 hours'",
        end_at="%(now)s",
        state="(ARRAY['running', 'paused'])[1 + b %% 2]",
        total="25",
        requested_by_id=someone("b"),
        requested_at="%(now)s - b * interval '1 hour'",
        **known,
    )
    w.write(
        Part,
        f"{going}, generate_series(1, 25) k",
        id=always("part going", "b * 25 + k"),
        backfill_id=always("backfill going", "b"),
        logical_at="%(now)s - k * interval '4 hours'",
        state="'waiting'",
    )
