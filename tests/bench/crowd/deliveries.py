"""What is delivered, and what stands where."""

from __future__ import annotations

from pipelines.deliveries.models import Delivery, DeliveryAttempt, Place
from tests.bench.crowd.writing import Writer, always, id_of, team_of


def what_is_delivered(w: Writer) -> None:
    """Each run went to three clients; what is newest stands there."""
    w.run(
        """CREATE TEMP TABLE crowd_delivery ON COMMIT DROP AS
           SELECT r.*, k, n * %(deliveries_a_run)s + k AS m,
                  1 + (c * 7 + k) %% %(clients)s AS client,
                  CASE WHEN state <> 'succeeded' THEN 'cancelled' WHEN n %% 200 = k THEN 'failed'
                       WHEN n %% 400 = 100 + k THEN 'held' ELSE 'delivered' END AS fate
           FROM crowd_run r, generate_series(1, %(deliveries_a_run)s) k
           WHERE state NOT IN ('queued', 'running')"""
    )
    w.write(
        Delivery,
        "FROM crowd_delivery",
        id=id_of("at + interval '3 s'", "m", "delivery"),
        run_id=id_of("at", "n", "run"),
        transformation_id=always("transformation", "c"),
        name="'client-' || client || '/destination-' || client",
        revision="1",
        client_id=always("client", "client"),
        destination_id=always("destination", "client"),
        environment_id=always("environment", "e"),
        format="'parquet'",
        path="'c' || c || '/' || 1 + n %% 12 || '.parquet'",
        result_path="'results/' || n",
        result_checksum="'sha256:' || md5(n::text)",
        state="fate",
        message="CASE WHEN fate = 'failed' THEN 'The folder is full.' ELSE '' END",
        attempt="1",
        version_id=always("version", "c * 2 + 2"),
        release_id=always("release", "c * 2 + 2"),
        deployment_id="deployment",
        team_id=always("team", team_of("c")),
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
        id=id_of("at + interval '3 s'", "m", "sending"),
        delivery_id=id_of("at + interval '3 s'", "m", "delivery"),
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
        id=id_of("at + interval '3 s'", "m", "place"),
        destination_id=always("destination", "client"),
        environment_id=always("environment", "e"),
        path="'c' || c || '/' || 1 + n %% 12 || '.parquet'",
        rank="lpad(n::text, 17, '0')",
        delivery_id=id_of("at + interval '3 s'", "m", "delivery"),
    )
