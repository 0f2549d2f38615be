"""Who is there: teams, people, their tokens, and the environments."""

from __future__ import annotations

from deployments.environments.models import Environment
from portal.accounts.models import Membership, Team, Token, User
from tests.bench.crowd.writing import Writer, always, id_of


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
    w.write(
        Token,
        "FROM generate_series(1, %(people)s) n, generate_series(1, 3) k",
        id=id_of("%(now)s - interval '40 days'", "n * 3 + k", "token"),
        user_id=always("user", "n"),
        name="'token ' || k",
        digest="md5(n || 't' || k) || md5(k || 't' || n)",
        hint="'slw_' || k",
        scopes="ARRAY['read']",
        created_at="%(now)s - interval '40 days'",
        expires_at="%(now)s + interval '40 days'",
        revoked_at="CASE WHEN k = 1 THEN %(now)s - interval '1 day' END",
    )
