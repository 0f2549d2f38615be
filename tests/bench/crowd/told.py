"""What is said: the axis of changes, the audit, notifications, messages and feedback."""

from __future__ import annotations

from observability.changes.models import Change, Commit
from observability.logs.models import SavedSearch
from observability.logs.stores.postgres import PostgresLogs
from observability.pins.models import PinnedQuery
from portal.audit.models import Entry
from portal.feedback.models import Feedback
from portal.notifications.models import Channel, Matter, Message, Mute, Notice, Subscription
from tests import logged_house
from tests.bench.crowd.writing import Writer, always, id_of, name_of, someone, team_of

SEALS = """
INSERT INTO portal_seal (sequence, entry_id, previous, digest, sealed_at)
SELECT row_number() OVER (ORDER BY id), id, md5(id::text), md5(id::text), at FROM portal_entry
"""
# What the members of the team of a component are told, one row each
TOLD = """
FROM (SELECT *, t + i * %(teams)s AS person
      FROM (SELECT *, 1 + pg_temp.spread(c, %(teams)s) AS t FROM crowd_matter) m,
           generate_series(0, 3) i) m
WHERE person <= %(people)s
"""
MATTER = id_of("at", "n * 2 + (kind = 'run.failed')::int", "matter")
LATELY = "at > %(now)s - interval '30 days'"


def what_is_written_down(w: Writer) -> None:
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
            id=id_of("at", "n", f"change {kind}"),
            source="'slipway'",
            external_id=f"'{kind}:' || {id_of('at', 'n', kind)}",
            kind=f"'{kind}'",
            component_id=always("component", "c"),
            environment="(%(environments)s::text[])[e]",
            release="'2'",
            title=title,
            started_at="at",
            finished_at="at + interval '4 s'",
            outcome="'succeeded'" if kind == "deployment" else "'failed'",
            actor_id=someone("n"),
            actor_name="'Person ' || 1 + pg_temp.spread(n, %(people)s)",
        )
    w.write(
        Commit,
        "FROM crowd_deployment WHERE n %% 5 < 3",
        id=id_of("at", "n", "commit"),
        change_id=id_of("at", "n", "change deployment"),
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
            id=id_of("at", "n", f"entry {kind}"),
            at="at",
            actor_id=someone("n"),
            actor_name="'Person ' || 1 + pg_temp.spread(n, %(people)s)",
            verb=f"'{verb}'",
            kind=f"'{kind}'",
            thing="n::text",
            thing_id="n::text",
            component=name_of("c"),
            team="'team-' || lpad((1 + pg_temp.spread(c, %(teams)s))::text, 3, '0')",
            environment="(%(environments)s::text[])[e]",
            outcome="CASE WHEN n %% 500 = 9 THEN 'refused' ELSE 'done' END",
            request_id="md5('request' || n)",
        )
    w.run(SEALS)


def what_people_are_told(w: Writer) -> None:
    """A team hears of its deployments and of runs that fail; some of it goes out by mail."""
    w.run(
        """CREATE TEMP TABLE crowd_matter ON COMMIT DROP AS
           SELECT n, c, e, at, 'deployment.finished' AS kind FROM crowd_deployment
           UNION ALL SELECT n, c, e, at, 'run.failed' FROM crowd_run WHERE state = 'failed'"""
    )
    fails = "kind = 'run.failed'"
    w.write(
        Matter,
        "FROM crowd_matter",
        id=MATTER,
        kind="kind",
        key="kind || ':' || n",
        subject=f"CASE WHEN {fails} THEN {name_of('c')} ELSE {name_of('c')} || ' is live' END",
        component_id=always("component", "c"),
        team_id=always("team", team_of("c")),
        environment="(%(environments)s::text[])[e]",
        text=f"CASE WHEN {fails} THEN 'Column fare is gone.' ELSE '' END",
        link=f"CASE WHEN {fails} THEN '/runs/' ELSE '/deployments/' END || n || '/'",
        is_condition=fails,
        since_at="at",
        last_at="at",
        told_at="at",
        over_at=f"CASE WHEN {fails} THEN at + interval '1 hour' END",
    )
    w.write(
        Notice,
        TOLD,
        id=id_of("at", "n * 8 + i * 2 + (kind = 'run.failed')::int", "notice"),
        user_id=always("user", "person"),
        matter_id=MATTER,
        kind="kind",
        because="'you are in team-' || lpad(t::text, 3, '0')",
        at="at",
        read_at="CASE WHEN n %% 3 > 0 THEN at + interval '1 hour' END",
    )
    sent = {
        "matter_id": MATTER,
        "purpose": "'notice'",
        "state": "CASE WHEN n %% 30 = 1 THEN 'dead' ELSE 'sent' END",
        "attempt": "1",
        "created_at": "at",
        "sent_at": "CASE WHEN n %% 30 <> 1 THEN at + interval '2 s' END",
    }
    w.write(
        Message,
        f"{TOLD} AND {LATELY}",
        id=id_of("at", "n * 8 + i * 2 + (kind = 'run.failed')::int", "mail"),
        key="'mail:' || kind || n || ':' || person",
        medium="'mail'",
        user_id=always("user", "person"),
        **sent,
    )
    w.write(
        Message,
        "FROM generate_series(1, %(teams)s) n",
        id=always("test message", "n"),
        key="'test:' || n",
        medium="'chat'",
        channel_id=always("channel", "n"),
        purpose="'test'",
        state="'sent'",
        created_at="%(now)s - interval '300 days'",
        sent_at="%(now)s - interval '300 days'",
    )
    w.write(
        Message,
        f"FROM crowd_matter WHERE {LATELY}",
        id=id_of("at", "n * 2 + (kind = 'run.failed')::int", "chat"),
        key="'chat:' || kind || n",
        medium="'chat'",
        channel_id=always("channel", team_of("c")),
        **sent,
    )
    w.write(
        Channel,
        "FROM generate_series(1, %(teams)s) n",
        id=always("channel", "n"),
        team_id=always("team", "n"),
        title="'Where we talk'",
        service="'Mattermost'",
        host="'chat.example.com'",
        address="''::bytea",
        created_by_id=always("user", "1"),
        created_at="%(now)s - interval '300 days'",
    )
    whole_team = {
        "team_id": always("team", "1 + (n + 7) %% %(teams)s"),
        "created_at": "%(now)s - interval '100 days'",
    }
    w.write(
        Subscription,
        "FROM generate_series(1, %(teams)s) n",
        id=always("channel follows", "n"),
        channel_id=always("channel", "n"),
        **whole_team,
    )
    w.write(
        Subscription,
        "FROM generate_series(1, %(people)s) n",
        id=always("person follows", "n"),
        user_id=always("user", "n"),
        **whole_team,
    )
    w.write(
        Mute,
        "FROM generate_series(1, %(people)s) n, generate_series(1, 3) k",
        id=always("mute", "n * 3 + k"),
        user_id=always("user", "n"),
        component_id=always("component", "1 + (n * 3 + k) %% %(components)s"),
        created_at="%(now)s - interval '100 days'",
    )


def what_is_logged(w: Writer) -> None:
    """A few lines of what has most history; how fast many are found is measured by itself."""
    w.run(
        "SELECT c.name FROM portal_component c JOIN pipelines_transformation t"
        " ON t.component_id = c.id JOIN pipelines_run r ON r.transformation_id = t.id"
        " GROUP BY 1 ORDER BY count(*) DESC LIMIT 20"
    )
    names = [name for (name,) in w.cursor.fetchall()]
    PostgresLogs().write(
        [line for name in names for line in logged_house.lines(w.values["now"], name)]
    )


def what_people_look_for(w: Writer) -> None:
    """A search of log lines that each comes back to."""
    w.write(
        SavedSearch,
        "FROM generate_series(1, %(people)s) n",
        id=always("search", "n"),
        owner_id=always("user", "n"),
        name="'What goes wrong'",
        query="'level:error+'",
        span="'24h'",
        saved_at="%(now)s - interval '100 days'",
    )


def what_teams_watch(w: Writer) -> None:
    """Three queries on the page of each component's health."""
    w.write(
        PinnedQuery,
        "FROM generate_series(1, %(components)s) n, generate_series(1, 3) k",
        id=always("pin", "n * 3 + k"),
        component_id=always("component", "n"),
        name="'Query ' || k",
        store="'built_in'",
        query="'sum(rate(requests[5m]))'",
        position="k",
        changed_by_id=always("user", "1"),
        changed_at="%(now)s - interval '100 days'",
    )


def what_people_say(w: Writer) -> None:
    """A thumb and a sentence; four in five were answered."""
    at = "(%(now)s - n * interval '1 hour')"
    is_handled = "n %% 5 > 0"
    w.write(
        Feedback,
        "FROM generate_series(1, %(feedback)s) n",
        id=id_of(at, "n", "feedback"),
        page="(ARRAY['portal:home', 'pipelines:run-detail', 'pipelines:component-grid',"
        " 'deployments:deployment-list', 'portal:component-list'])[1 + n %% 5]",
        thumb="(ARRAY['up', 'down'])[1 + n %% 2]",
        sentence="'Sentence ' || n",
        author_id=someone("n"),
        release="'0.3.0'",
        given_at=at,
        handled_at=f"CASE WHEN {is_handled} THEN {at} + interval '2 hours' END",
        handled_by_id=f"CASE WHEN {is_handled} THEN {always('user', '1')} END",
        answer=f"CASE WHEN {is_handled} THEN 'It is there now.' ELSE '' END",
    )
