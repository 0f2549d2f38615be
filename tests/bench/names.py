"""What to put where an address has {name}, {number} or {pk}: things of the crowd with much history.

Each is SQL. `{column}` becomes "number" or "id", as the address asks; %(person)s is who looks and
%(component)s what has most history.
"""

from __future__ import annotations

# The first maintainer of what has most history: who looks, and at what
WHO_LOOKS = """
SELECT u.username, c.name FROM portal_component c
JOIN pipelines_transformation t ON t.component_id = c.id
JOIN portal_team m ON m.id = c.team_id
JOIN portal_user u ON u.username = 'person-' || substr(m.name, 6)::int AND NOT u.is_platform
ORDER BY (SELECT count(*) FROM pipelines_run r WHERE r.transformation_id = t.id) DESC, c.name
LIMIT 1
"""
OF_COMPONENT = "JOIN portal_component c ON c.id = {}.component_id AND c.name = %(component)s"
IN_PRODUCTION = "JOIN deployments_environment e ON e.id = {}.environment_id AND e.is_production"
OF_PERSON = "JOIN portal_user u ON u.id = {} AND u.username = %(person)s"


def _newest(table: str, where: str = "true") -> str:
    return f"SELECT {{column}} FROM {table} WHERE {where} ORDER BY id DESC LIMIT 1"


def _run(state: str) -> str:
    return (
        f"SELECT r.{{column}} FROM pipelines_transformation t {OF_COMPONENT.format('t')}"
        f" JOIN pipelines_run r ON r.transformation_id = t.id {IN_PRODUCTION.format('r')}"
        f" WHERE {state} ORDER BY r.id DESC LIMIT 1"
    )


def _use(state: str, steps: str = "true") -> str:
    return (
        f"SELECT r.{{column}} FROM portal_pathrun r {OF_PERSON.format('r.started_by_id')}"
        " JOIN portal_goldenpath p ON p.id = r.path_id AND p.name = 'deprecate-component'"
        f" WHERE r.state = '{state}' AND {steps} ORDER BY r.id DESC LIMIT 1"
    )


FAILED = (
    "SELECT r.number FROM portal_component c JOIN pipelines_run r ON r.team_id = c.team_id"
    f" {IN_PRODUCTION.format('r')} WHERE c.name = %(component)s"
    " AND r.state IN ('failed', 'cancelled')"
    " AND NOT EXISTS (SELECT FROM pipelines_acceptance a WHERE a.run_id = r.id)"
    " ORDER BY r.id DESC LIMIT 1"
)
ACCEPTED = (
    "SELECT r.number FROM pipelines_acceptance a JOIN pipelines_run r ON r.id = a.run_id LIMIT 1"
)
GOING_ON = _newest("pipelines_backfill", "state = 'running'")
PAUSED = _newest("pipelines_backfill", "state = 'paused'")
AWAITING = _newest("deployments_deployment", "state = 'awaiting_approval'")
HELD = (
    "SELECT c.name FROM deployments_hold h JOIN portal_component c ON c.id = h.component_id"
    f" {IN_PRODUCTION.format('h')} WHERE h.resumed_at IS NULL ORDER BY c.name LIMIT 1"
)
REJECTED = (
    "SELECT c.name FROM deployments_rejection r JOIN portal_component c ON c.id = r.component_id"
    " ORDER BY c.name LIMIT 1"
)
CHANNEL = (
    "SELECT h.id FROM portal_channel h JOIN portal_component c ON c.team_id = h.team_id"
    " AND c.name = %(component)s LIMIT 1"
)
TEST = (
    "SELECT m.id FROM portal_message m JOIN portal_component c ON c.name = %(component)s"
    " JOIN portal_channel h ON h.id = m.channel_id AND h.team_id = c.team_id"
    " WHERE m.purpose = 'test' LIMIT 1"
)
NOTICE = f"SELECT n.id FROM portal_notice n {OF_PERSON.format('n.user_id')} ORDER BY n.at LIMIT 1"
FOLLOWED = f"SELECT s.id FROM portal_subscription s {OF_PERSON.format('s.user_id')} LIMIT 1"
TOKEN = (
    f"SELECT t.id FROM portal_token t {OF_PERSON.format('t.user_id')} WHERE revoked_at IS NULL"
    " LIMIT 1"
)
MEMBER = (
    "SELECT u.username FROM portal_membership m JOIN portal_user u ON u.id = m.user_id"
    " JOIN portal_team t ON t.id = m.team_id AND t.name = 'team-002' ORDER BY u.id LIMIT 1"
)
BASE = "SELECT c.name FROM portal_component c WHERE c.name = %(component)s"

SERVED = _newest("deployments_deployment", "live_at IS NOT NULL")
OF_DEPLOYMENT = _newest("observability_change", "kind = 'deployment'")
LINE = (
    "SELECT (extract(epoch FROM at) * 1000000)::bigint || '~' || l.id"
    " FROM observability_logrecord l WHERE component = %(component)s"
    " ORDER BY at DESC, l.id DESC LIMIT 1"
)

SEARCH = f"SELECT s.id FROM observability_savedsearch s {OF_PERSON.format('s.owner_id')} LIMIT 1"
PINNED = (
    f"SELECT p.id FROM observability_pinnedquery p {OF_COMPONENT.format('p')}"
    " ORDER BY p.position LIMIT 1"
)

# The address up to a {parameter} -> what stands there
NAMES = {
    "/components/": BASE,
    "/components/{name}/in/": "SELECT 'production'",
    "/components/{name}/versions/": "SELECT 2",
    "/transformations/": BASE,
    "/transformations/{name}/versions/": "SELECT 2",
    "/transformations/{name}/versions/{number}/diff/": "SELECT 1",
    "/connections/": "SELECT 'connection-1'",
    "/connections/{name}/in/": "SELECT 'production'",
    "/destinations/": "SELECT 'destination-1'",
    "/destinations/{name}/in/": "SELECT 'production'",
    "/clients/": "SELECT 'client-1'",
    "/teams/": "SELECT 'team-002'",
    "/teams/{name}/members/": MEMBER,
    "/people/": "SELECT %(person)s",
    "/users/": "SELECT %(person)s",
    "/environments/": "SELECT 'production'",
    "/handbook/": "SELECT 'glossary'",
    "/api/docs/": "SELECT 'deployments_create'",
    "/golden-paths/": "SELECT 'deprecate-component'",
    "/golden-paths/{name}/versions/": "SELECT 1",
    "/golden-paths/options/": "SELECT 'team'",
    "/golden-paths/runs/": _use("done"),
    "/golden-paths/runs/{number}/pages/": "SELECT 1",
    "/golden-paths/runs/{number}/steps/": "SELECT 'tell'",
    "/golden-path-runs/": _use("done"),
    "/runs/": _run("r.state = 'succeeded'"),
    "/backfills/": _newest("pipelines_backfill", "state = 'done'"),
    "/deliveries/": _newest("pipelines_delivery", "state = 'delivered'"),
    "/deployments/": _newest("deployments_deployment", "state = 'succeeded'"),
    "/drafts/": _newest("pipelines_draft", "state = 'open'"),
    "/previews/": _newest("pipelines_preview"),
    "/audit/": _newest("portal_entry"),
    "/changes/": _newest("observability_change"),
    "/dora/changes/": OF_DEPLOYMENT,
    "/dora/rows/": OF_DEPLOYMENT,
    "/releases/": _newest("deployments_release"),
    "/configurations/": _newest("deployments_configuration"),
    "/schedules/": _newest("pipelines_schedule"),
    "/bindings/": _newest("pipelines_binding"),
    "/grants/": _newest("portal_grant"),
    "/logs/lines/": LINE,
    "/logs/searches/": SEARCH,
    "/components/{name}/health/pins/": PINNED,
    "/pinned-queries/": PINNED,
    "/messages/": _newest("portal_message", "state = 'dead'"),
    "/feedback/": _newest("portal_feedback"),
    "/notifications/": NOTICE,
    "/notifications/channels/": CHANNEL,
    "/notifications/channels/{pk}/tests/": TEST,
    "/channels/": CHANNEL,
    "/channels/{pk}/tests/": TEST,
    "/subscriptions/": FOLLOWED,
    "/account/tokens/": TOKEN,
}
# Dialogs are about things in other states: the address, and what stands at its first {parameter}.
OTHERS = {
    "/backfills/{number}/pause": GOING_ON,
    "/backfills/{number}/cancel": GOING_ON,
    "/backfills/{number}/resume": PAUSED,
    "/components/{name}/in/{environment}/resume": HELD,
    "/components/{name}/versions/{number}/lift": REJECTED,
    **dict.fromkeys(
        ("/changes/{pk}/comparison", "/api/v1/changes/{pk}/comparison/"), OF_DEPLOYMENT
    ),
    **dict.fromkeys(
        ("/deployments/{number}/panels/comparison", "/api/v1/deployments/{number}/comparison/"),
        SERVED,
    ),
    "/deployments/{number}/abort": AWAITING,
    "/deployments/{number}/advance": AWAITING,
    "/deployments/{number}/approve": AWAITING,
    "/deployments/{number}/refuse": AWAITING,
    "/golden-paths/runs/{number}/pages/{page}": _use("draft"),
    "/golden-paths/runs/{number}/review": _use("draft"),
    "/golden-paths/runs/{number}/steps/{step}/retry": _use("failed"),
    "/runs/{number}/accept": FAILED,
    "/runs/{number}/cancel": _newest("pipelines_run", "state = 'queued'"),
    "/runs/{number}/unaccept": ACCEPTED,
}
