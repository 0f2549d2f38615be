"""Many log lines, settled by SQL: fifty components of which a few say most, templates, rare words.

As the store writes them, with their patterns and minutes, but without the Python in between.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from observability.partitions import operations as partitions
from observability.partitions.days import Keep, Partition

TABLE = "observability_logrecord"
COMPONENTS, TEMPLATES, CLIENTS, RARE = 50, 400, 20, 20
# A component's share falls with its number, as in life; a trace has eight lines.
LINES = """
CREATE TEMP TABLE log_crowd ON COMMIT DROP AS
SELECT n, 'component-' || c AS component, c,
       CASE WHEN n %% 5 < 3 THEN 'production' ELSE 'staging' END AS environment,
       CASE WHEN n %% 100 < 70 THEN 9 WHEN n %% 100 < 90 THEN 5 WHEN n %% 100 < 96 THEN 13
            ELSE 17 END AS severity,
       t, %(now)s - (n + 0.5) * %(step)s * interval '1 microsecond' AS at
FROM (SELECT n, 1 + floor(%(components)s * power((hashint8(n) & 65535) / 65536.0, 2.2))::int AS c,
             (hashint8(n + 77) & 65535) %% %(templates)s AS t
      FROM generate_series(0, %(lines)s - 1) n) x
"""
PATTERN = (
    "lpad(to_hex(c), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(t * 32 + severity), 12, '0')"
)
WRITE = f"""
INSERT INTO observability_logrecord (id, keep, at, component, environment, version, severity,
  message, attributes, trace_id, span_id, run_id, deployment_id, pattern)
SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7'
          || lpad(to_hex(n), 19, '0'))::uuid,
       CASE WHEN severity < 9 THEN 0 WHEN severity >= 13 AND environment = 'production' THEN 2
            ELSE 1 END,
       at, component, environment, '3', severity,
       'step ' || t || ' of component ' || c || ' took ' || n %% 977 || ' ms for customer '
         || n %% 5000 || ' in warehouse ' || t %% 17
         || CASE WHEN n %% (%(lines)s / %(rare)s) = 96 THEN ' needle' ELSE '' END
         || CASE WHEN severity >= 17 THEN ': deadline exceeded' ELSE '' END,
       jsonb_build_object('logger', 'worker', 'http.status', 200 + t %% 4 * 100,
                          'host', 'h' || t %% 9)
         || CASE WHEN n %% 10 = 0
                 THEN jsonb_build_object('client', 'client-' || n / 10 %% %(clients)s)
                 ELSE '{{}}' END,
       lpad(to_hex(n / 8), 32, '0')::uuid, lpad(to_hex(n), 16, '0'),
       CASE WHEN n %% 20 = 0 THEN lpad(to_hex(n / 400), 32, '0')::uuid END,
       CASE WHEN n %% 50 = 0 THEN lpad(to_hex(n / 5000), 32, '0')::uuid END,
       ({PATTERN})::uuid
FROM log_crowd
"""
PATTERNS = f"""
INSERT INTO observability_pattern (id, component, level, template, example, first_seen_at,
  last_seen_at)
SELECT ({PATTERN})::uuid, component, severity,
       'step <*> of component <*> took <*> ms number ' || t, 'step ' || t, min(at), max(at)
FROM log_crowd GROUP BY component, c, severity, t
"""
MINUTES = """
INSERT INTO observability_logminute (component, minute, environment, level, lines)
SELECT component, date_trunc('minute', at), environment, severity, count(*)
FROM log_crowd GROUP BY 1, 2, 3, 4
"""
HOURS = f"""
INSERT INTO observability_patternhour (pattern_id, hour, environment, version, lines)
SELECT ({PATTERN})::uuid, date_trunc('hour', at), environment, '3', count(*)
FROM log_crowd GROUP BY 1, 2, 3
"""


def settle(lines: int, *, now: datetime, days: int) -> None:
    """Write that many lines, evenly over the last days, newest last second."""
    first = (now - timedelta(days=days)).astimezone(UTC).date()
    partitions.make(
        Partition(TABLE, keep, first + timedelta(days=n)) for keep in Keep for n in range(days + 2)
    )
    given = {
        "now": now,
        "lines": lines,
        "step": days * 86_400 * 1_000_000 / lines,
        "components": COMPONENTS,
        "templates": TEMPLATES,
        "clients": CLIENTS,
        "rare": RARE,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for sql in (LINES, WRITE, PATTERNS, MINUTES, HOURS):
            cursor.execute(sql, given)
        cursor.execute("DROP TABLE log_crowd")
