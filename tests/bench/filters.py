"""What lists are asked for: common values, rare ones, and such as nothing has.

Each is the query string of a further address, by the pattern of the list; {component} is the one
with most history. `OLDER` are the lists that go on behind their first page.
"""

from __future__ import annotations

RARE, NOWHERE = "nothing-like-this", "nowhere"
API = "/api/v1"
FILTERS: dict[str, tuple[str, ...]] = {
    "/changes/mine": ("by=me",),
    "/search": ("q=carrier", "q=carier+weather", "q=column:carrier_1", "q=team-017", "q=by"),
    "/palette": ("q=carr", "q=roll+back&at=/components/{component}/", "q=team-017"),
    "/components/": (
        *("q=carrier", "mine=1&runs=failing&live=staging", "sort=tier", "sort=newest"),
        *("runs=failing", "live=production", "stands=paused", "team=team-001&kind=api"),
    ),
    "/runs/": (
        *("state=failed", "state=queued", "state=succeeded", "environment=development"),
        *("component={component}", f"component={RARE}", f"environment={NOWHERE}"),
        *("component={component}&environment=production&state=failed", "days=7", "team=team-001"),
        *("team=no-team", "by=person-2", "by=nobody", "component={component}&version=1"),
        *("component={component}&version=77",),
    ),
    "/components/{name}/runs/": ("environment=staging",),
    "/components/{name}/grid": ("environment=development",),
    "/components/{name}/run": ("environment=staging",),
    "/components/{name}/plan": ("release=1&environment=production",),
    "/components/{name}/backfill": ("environment=production",),
    "/components/{name}/versions/compare": ("from=1&to=2",),
    "/deployments/": (
        *("state=refused", "state=waiting", "state=succeeded", "kind=rollback", "days=7"),
        *("component={component}", f"component={RARE}", f"environment={NOWHERE}", "by=person-2"),
        *("by=nobody", "environment=production&state=failed", "team=team-001", "team=no-team"),
    ),
    "/deployments/matrix": (
        *("q=carrier", "team=team-001", "kind=api", "show=apart", "show=everything"),
        *("show=paused", "show=rejected"),
    ),
    "/deployments/report": (
        *("environment=all&days=365", "approval=given", "team=team-001", "component={component}"),
    ),
    "/changes/": (
        *("kind=lift", "kind=deployment", "team=team-001", "team=no-team"),
        *("component={component}", f"component={RARE}", f"environment={NOWHERE}"),
        *("client=client-1", "client=nobody"),
    ),
    "/dora/": ("component={component}", "team="),
    f"{API}/dora/": ("component={component}",),
    f"{API}/dora/rows/": ("component={component}",),
    "/audit/": (
        *("component={component}", f"component={RARE}", "actor=person-2", "actor=nobody"),
        *("outcome=refused", "kind=grant", "kind=run", "verb=run.start", "team=team-001"),
        *("thing=client-1", "thing=nothing-like-this"),
        *("environment=production", "kind=run&thing_id=77", "since=2020-01-01T00:00:00Z"),
    ),
    "/backfills/": ("component={component}", f"component={RARE}"),
    "/catalog/graph": (
        *("team=team-001", "from={component}&depth=4", "from=client:client-1&destinations=1"),
    ),
    "/catalog/graph/data": ("team=team-001", "from={component}"),
    "/catalog/graph/thing": ("kind=client&name=client-1",),
    "/service-map/": ("around={component}&depth=3", "time=30d&sort=errors", "way=declared"),
    "/workers/": ("team=team-001",),
    "/people/": (
        *("words=person-2", "team=team-001", "state=teamless", "state=unseen", "state=unused"),
        "state=password",
    ),
    "/bindings/": ("kind=destination", "problem=same", "problem=gap", "team=team-001"),
    "/rights/": ("kind=component&name={component}&person=person-2",),
    "/clients/": ("q=client", "team=team-001"),
    "/clients/{name}/deliveries": (
        *("show=wrong", "in=development", f"component={RARE}", "component={component}"),
    ),
    "/clients/{name}/": ("environment=staging",),
    "/drafts/": ("state=registered", "everyone=1", "everyone=1&state=discarded"),
    "/drafts/new": ("q=carrier",),
    "/feedback/": ("state=open", "thumb=up", "page=portal:home"),
    "/golden-paths/": ("q=client",),
    "/golden-paths/runs/": ("whose=mine", "path=deprecate-component", "state=failed"),
    "/notifications/": ("show=unread", "kind=run.failed", "kind=grant.given"),
    "/notifications/outbox/": ("state=waiting", "state=sent"),
    "/bottlenecks/": ("team=team-001", "span=30d"),
    "/components/{name}/health/": ("environment=&span=30d",),
    f"{API}/pinned-queries/": ("component={component}",),
    f"{API}/search/": ("q=carrier",),
    f"{API}/components/": (
        "q=carrier",
        "name_begins=carrier",
        "team=team-001",
        "kind=api",
        "ordering=-name",
    ),
    f"{API}/users/": ("q=person", "team=team-001", "is_platform=true", "ordering=-username"),
    f"{API}/teams/": ("q=team", "ordering=-id"),
    f"{API}/connections/": ("q=connection", "team=team-001", "kind=directory", "ordering=-name"),
    f"{API}/clients/": ("q=client", "team=team-001", "ordering=-name"),
    f"{API}/destinations/": ("q=destination", "client=client-1", "ordering=id"),
    f"{API}/environments/": ("is_production=true", "ordering=-name"),
    f"{API}/runs/": (
        *("ordering=id", "state=failed&ordering=id", "team=team-001&ordering=id"),
        *("since=2020-01-01T00:00:00Z", "until=2020-01-01T00:00:00Z&environment=production"),
        *("state=failed", "environment=production", f"environment={NOWHERE}", "team=team-001"),
        *("transformation={component}", f"transformation={RARE}", "number=77", "team=no-team"),
    ),
    f"{API}/deliveries/": (
        *("ordering=id", "client=client-1&ordering=id", "since=2020-01-01T00:00:00Z"),
        *("state=failed", "client=client-1", "client=nobody", "destination=destination-1"),
        *("environment=production", f"environment={NOWHERE}", "transformation={component}"),
        *(f"transformation={RARE}", "run=00000000-0000-7000-8000-000000000000"),
    ),
    f"{API}/deployments/matrix/": ("q=carrier&show=everything", "team=team-001", "show=apart"),
    f"{API}/catalog/graph/": ("team=team-001", "around={component}&depth=4"),
    f"{API}/deployments/": (
        *("ordering=id", "component={component}&ordering=id", "until=2020-01-01T00:00:00Z"),
        *("state=refused", "kind=rollback", "component={component}", f"component={RARE}"),
        *("environment=production", f"environment={NOWHERE}"),
    ),
    f"{API}/changes/": (
        *("ordering=started_at", "component={component}&ordering=started_at"),
        *("component={component}", f"component={RARE}", "team=team-001", "team=no-team"),
        *("environment=production", "kind=lift", "outcome=failed", "since=2020-01-01T00:00:00Z"),
        *("release=2", "release=77", "client=client-1", "client=nobody"),
    ),
    f"{API}/audit/": (
        *("ordering=id", "actor=person-2&ordering=id"),
        *("actor=person-2", "actor=nobody", "request_id=unknown", "kind=run&thing_id=77"),
        *("since=2020-01-01T00:00:00Z", "until=2020-01-01T00:00:00Z"),
    ),
    f"{API}/backfills/": (
        *("transformation={component}", f"transformation={RARE}", "state=running"),
        *("environment=production", f"environment={NOWHERE}"),
    ),
    f"{API}/schedules/": (
        *("transformation={component}", "team=team-001", "environment=development", "state=held"),
    ),
    f"{API}/releases/": ("component={component}", f"component={RARE}", "number=2"),
    f"{API}/configurations/": ("component={component}", "environment=production"),
    f"{API}/transformations/": ("team=team-001",),
    f"{API}/grants/": ("team=team-001", "kind=client", "name=client-1"),
    f"{API}/bindings/": ("connection=connection-1", "environment=production"),
    f"{API}/drafts/": ("team=team-001", "state=open"),
    f"{API}/golden-path-runs/": ("path=deprecate-component", "state=failed"),
    f"{API}/notifications/": ("kind=run.failed", "is_unread=true"),
    f"{API}/feedback/": ("thumb=up", "page=portal:home", "is_open=true"),
    f"{API}/messages/": ("state=sent", "state=queued"),
}
# Lists that are longer than a page in any crowd
OLDER = {
    *(
        "/runs/",
        "/deployments/",
        "/deployments/matrix",
        "/deployments/report",
        "/changes/",
        "/audit/",
        "/components/",
    ),
    *("/components/{name}/runs/", "/components/{name}/grid", "/components/{name}/audit/"),
    *("/clients/", "/clients/{name}/deliveries", "/golden-paths/runs/", "/feedback/"),
    *("/notifications/", "/backfills/"),
    *(f"{API}/{noun}/" for noun in ("runs", "deliveries", "deployments", "changes", "audit")),
}
