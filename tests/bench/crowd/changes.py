"""What changes: deployments with their steps, what is live, paused and rejected."""

from __future__ import annotations

from deployments.policies.models import Approval
from deployments.releases.models import Rejection
from deployments.rollouts.models import Configuration, Deployment, Hold, Live, Step, StepAttempt
from tests.bench.crowd.writing import Writer, always, id_of, someone


def what_changes(w: Writer) -> None:
    """Each place serves version 2; the deployments before it tell how it came to that."""
    w.write(
        Configuration,
        "FROM generate_series(1, %(components)s) n, generate_series(1, 3) e",
        id=always("configuration", "n * 3 + e"),
        component_id=always("component", "n"),
        environment_id=always("environment", "e"),
        number="1",
        created_by_id=someone("n"),
        created_at="%(now)s - interval '200 days'",
    )
    w.run(
        """CREATE TEMP TABLE crowd_deployment ON COMMIT DROP AS
           SELECT n, 1 + n %% 3 AS e,
                  CASE WHEN n <= 3 * %(hot)s THEN 1 + (n - 1) / 3  -- these are live everywhere
                       ELSE 1 + pg_temp.spread(n, %(components)s) END AS c,
                  %(now)s - interval '1 day' * %(days)s * (1 - n::float / %(deployments)s) AS at,
                  CASE WHEN n <= 3 * %(hot)s THEN 'succeeded' WHEN n %% 50 = 7 THEN 'failed'
                       WHEN n %% 90 = 8 THEN 'refused' ELSE 'succeeded' END AS fate
           FROM generate_series(1, %(deployments)s) n"""
    )
    awaiting = "n > %(deployments)s - 20 AND e = 3"
    w.write(
        Deployment,
        "FROM (SELECT *, row_number() OVER (PARTITION BY c, e ORDER BY n DESC) AS last"
        " FROM crowd_deployment) d",
        id=id_of("at", "n", "deployment"),
        component_id=always("component", "c"),
        environment_id=always("environment", "e"),
        kind="(ARRAY['release', 'release', 'release', 'rollback', 'configuration'])[1 + n %% 5]",
        strategy="'all_at_once'",
        release_id=always("release", "c * 2 + 1 + n %% 2"),
        configuration_id=always("configuration", "c * 3 + e"),
        state=f"CASE WHEN last = 1 AND {awaiting} THEN 'awaiting_approval' ELSE fate END",
        reason="'Because of ' || n",
        plan="jsonb_build_object('summary', '1 change: the version.', 'sections', '[]'::jsonb)",
        requested_by_id=someone("n"),
        requested_at="at",
        started_at="at",
        finished_at=f"CASE WHEN last = 1 AND {awaiting} THEN NULL ELSE at + interval '4 s' END",
        live_at="CASE WHEN fate = 'succeeded' AND NOT (last = 1 AND n > %(deployments)s - 20)"
        " THEN at + interval '3 s' END",
    )
    for at, name in enumerate(("approval", "prepare", "switch", "confirm")):
        w.write(
            Step,
            "FROM crowd_deployment",
            id=id_of("at", "n", f"step {name}"),
            deployment_id=id_of("at", "n", "deployment"),
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
            id=id_of("at", "n", f"try {name}"),
            step_id=id_of("at", "n", f"step {name}"),
            number="1",
            state="'done'",
            worker="'control@slipway:1'",
            started_at="at",
            finished_at="at + interval '1 s'",
        )
    w.write(
        Approval,
        "FROM crowd_deployment WHERE e = 3",
        id=id_of("at", "n", "yes"),
        deployment_id=id_of("at", "n", "deployment"),
        decided_by_id=someone("n + 1"),
        decision="'approved'",
        decided_at="at",
    )
    w.write(
        Live,
        """FROM (SELECT DISTINCT ON (c, e) * FROM crowd_deployment
                 WHERE fate = 'succeeded' AND n <= %(deployments)s - 20
                 ORDER BY c, e, n DESC) d""",
        id=id_of("at", "n", "live"),
        component_id=always("component", "c"),
        environment_id=always("environment", "e"),
        channel="'stable'",
        release_id=always("release", "c * 2 + 1 + n %% 2"),
        configuration_id=always("configuration", "c * 3 + e"),
        deployment_id=id_of("at", "n", "deployment"),
        since_at="at",
    )
    w.write(
        Hold,
        "FROM generate_series(1, least(400, %(components)s)) n",
        id=always("hold", "n"),
        component_id=always("component", "n"),
        environment_id=always("environment", "1 + n %% 3"),
        reason="'Looking at it.'",
        held_by_id=always("user", "1"),
        held_at="%(now)s - n * interval '5 hours'",
        resumed_by_id=f"CASE WHEN n > 20 THEN {always('user', '1')} END",
        resumed_at="CASE WHEN n > 20 THEN %(now)s - n * interval '4 hours' END",
    )
    w.write(
        Rejection,
        "FROM generate_series(1, %(components)s, 25) n",
        id=always("rejection", "n"),
        component_id=always("component", "n"),
        digest="'sha256:' || md5(n || 'v1') || md5('1v' || n)",
        release_id=always("release", "n * 2 + 1"),
        rejected_by_id=always("user", "1"),
        rejected_at="%(now)s - interval '100 days'",
        reason="'Counts twice.'",
    )
