"""`python -m tests.bench.delivered`: 100,000 deployments within a year, and a way in.

Two hundred components of twenty teams, two commits a deployment, every twelfth taken back by the
next one. They come by SQL; then they are judged as the worker judges them, which is timed.
"""

from __future__ import annotations

import json
import os
import time

import django

DEPLOYMENTS, COMPONENTS, TEAMS = 100_000, 200, 20
COMMITS = 2

FILL = f"""
CREATE TEMPORARY TABLE told AS
SELECT gen_random_uuid() AS id, n, n % {COMPONENTS} + 1 AS service,
    now() - interval '365 days' * ({DEPLOYMENTS} - n) / {DEPLOYMENTS} - interval '10 minutes' AS at,
    (n / {COMPONENTS}) % 12 = 11 AS is_back
FROM generate_series(1, {DEPLOYMENTS}) n;
INSERT INTO observability_change (id, source, external_id, kind, component_id, environment, release,
    title, started_at, finished_at, live_at, outcome, is_planned, actor_name, reason, url)
SELECT t.id, 'bench', t.n::text, CASE WHEN is_back THEN 'rollback' ELSE 'deployment' END, c.id,
    'production', t.n::text, 'v' || t.n, t.at - interval '5 minutes', t.at, t.at,
    CASE WHEN t.n % 997 = 0 THEN 'failed' ELSE 'succeeded' END, NOT is_back, 'CI', '', ''
FROM told t JOIN portal_component c ON c.name = 'service-' || t.service;
INSERT INTO observability_link (id, change_id, other_id, kind)
SELECT gen_random_uuid(), t.id, b.id, 'reverses'
FROM told t JOIN told b ON b.n = t.n - {COMPONENTS} WHERE t.is_back;
INSERT INTO observability_commit
    (id, change_id, sha, repository, message, authored_at, committed_at)
SELECT gen_random_uuid(), t.id, md5(t.n || '-' || k), '', '', NULL,
    t.at - interval '1 minute' * (30 + (t.n * 7919 + k * 104729) % 9000)
FROM told t, generate_series(1, {COMMITS}) k WHERE NOT is_back;
DROP TABLE told;
ANALYZE;
"""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from django.db import connection  # noqa: PLC0415 - tables first
    from django.test import Client  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from observability.dora import operations  # noqa: PLC0415
    from portal.accounts.models import Team, User  # noqa: PLC0415
    from portal.catalog.models import Component  # noqa: PLC0415

    now = timezone.now()
    teams = [Team(name=f"team-{n}", title=f"Team {n}", created_at=now) for n in range(TEAMS)]
    Team.objects.bulk_create(teams)
    Component.objects.bulk_create(
        [
            Component(name=f"service-{n}", kind="service", team=teams[n % TEAMS], created_at=now)
            for n in range(1, COMPONENTS + 1)
        ]
    )
    with connection.cursor() as cursor:
        cursor.execute(FILL)
    began = time.perf_counter()
    while operations.keep_up():
        pass
    judged = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client()
    client.force_login(User.objects.get(is_platform=True))
    print(json.dumps({"judged": judged, "session": client.cookies["sessionid"].value}))


if __name__ == "__main__":
    main()
