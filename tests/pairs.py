"""Which door of the API does what a page's door does; or why none does.

Dialogs are asked for where they are sent to, so of a page that is posted only the POST stands here;
parts of pages (`/panels/`) tell what their page tells.
"""

from __future__ import annotations

API = "/api/v1/"


LOOKED_AT = """
/account/ whoami/
/account/sessions/ sessions/
/account/tokens/ tokens/
/audit/ audit/
/audit/seal audit/seal/
/audit/{pk}/ audit/{pk}/
/backfills/ backfills/
/backfills/{number}/ backfills/{pk}/
/bindings/ bindings/
/bottlenecks/ bottlenecks/
/bulk-actions/ bulk-actions/
/bulk-actions/{pk}/ bulk-actions/{pk}/
/catalog/entities/ entities/
/catalog/entities/{ref}/ entities/{ref}/
/catalog/findings/ entity-findings/
/catalog/graph catalog/graph/
/catalog/graph/data catalog/graph/
/catalog/graph/thing catalog/graph/
/catalog/sources/ catalog-sources/
/catalog/sources/{name}/ catalog-sources/{name}/
/changes/ changes/
/changes/mine changes/
/changes/{pk}/comparison changes/{pk}/comparison/
/clients/ clients/
/clients/{name}/ clients/{name}/
/clients/{name}/ahead clients/{name}/ahead/
/clients/{name}/contracts clients/{name}/contracts/
/clients/{name}/deliveries deliveries/
/clients/{name}/logs logs/
/components/ components/
/components/{name}/ components/{name}/
/components/{name}/audit/ audit/
/components/{name}/dependencies catalog/graph/
/components/{name}/deployments/ deployments/
/components/{name}/grid runs/
/components/{name}/health/ health/
/components/{name}/in/{environment}/ components/{name}/live/
/components/{name}/logs/ logs/
/components/{name}/runs/ runs/
/components/{name}/service-map service-map/
/components/{name}/versions/ transformations/{name}/versions/
/components/{name}/versions/compare transformations/{name}/versions/{number}/diff/{against}/
/components/{name}/versions/{number}/ transformations/{name}/versions/{number}/
/connections/ connections/
/connections/{name}/ connections/{name}/
/deliveries/{number}/ deliveries/{pk}/
/deployments/ deployments/
/deployments/matrix deployments/matrix/
/deployments/mine deployments/
/deployments/report deployments/report/
/deployments/report/file deployments/report/
/deployments/{number}/ deployments/{pk}/
/destinations/{name}/ destinations/{name}/
/dora/ dora/
/dora/rows.csv dora/rows/
/drafts/ drafts/
/drafts/mine drafts/
/drafts/{number}/ drafts/{pk}/
/environments/ environments/
/event-sources/ event-sources/
/event-sources/events/{pk}/ events/{pk}/
/event-sources/{name}/ event-sources/{name}/
/feedback/ feedback/
/golden-paths/ golden-paths/
/golden-paths/runs/ golden-path-runs/
/golden-paths/runs/{number}/ golden-path-runs/{pk}/
/golden-paths/runs/{number}/changes golden-path-runs/{pk}/
/golden-paths/{name}/ golden-paths/{name}/
/golden-paths/{name}/versions/{number}/ golden-paths/{name}/
/history-imports/ history-imports/
/history-imports/{pk}/ history-imports/{pk}/
/logs/ logs/
/logs/lines/{key}/ logs/
/manifests/ manifests/sources/
/manifests/drift manifests/drift/
/manifests/{number}/ applications/{pk}/steps/
/notifications/ notifications/
/notifications/channels/{pk}/tests/{message} channels/{pk}/tests/{message}/
/notifications/outbox/ messages/
/notifications/settings/ notifications/settings/
/notifications/{pk}/ notifications/{pk}/
/objectives/ objectives/
/people/ users/
/people/access access-review/
/people/reviews access-reviews/
/people/{username}/ users/{username}/
/rights/ rights/
/runs/ runs/
/runs/{number}/ runs/{pk}/
/runs/{number}/check-rows runs/{pk}/check-rows/
/runs/{number}/rows runs/{pk}/rows/
/search search/
/service-map/ service-map/
/service-map/data service-map/
/service-map/thing service-map/
/services/ services/
/stars/ stars/
/settings/ settings/
/teams/ teams/
/teams/{name}/ teams/{name}/
/traces/ traces/
/traces/{trace_id}/ traces/{trace_id}/
/traces/{trace_id}/spans/{span_id} traces/{trace_id}/
/workers/ workers/
"""
ACTED_ON = """
/account/sessions/end-others users/{username}/end-sessions/
/account/sessions/{pk}/end sessions/{pk}/end/
/account/provider/disconnect users/{username}/disconnect/
/account/tokens/ tokens/
/account/tokens/{pk}/revoke tokens/{pk}/revoke/
/audit/export audit/export/
/backfills/{number}/cancel backfills/{pk}/cancel/
/backfills/{number}/pause backfills/{pk}/pause/
/backfills/{number}/resume backfills/{pk}/resume/
/bindings/{pk}/test bindings/{pk}/test/
/bulk-actions/new bulk-actions/
/bulk-actions/{pk}/stop bulk-actions/{pk}/stop/
/catalog/sources/new catalog-sources/
/catalog/sources/{name}/orphans catalog-sources/{name}/remove-orphans/
/catalog/sources/{name}/remove catalog-sources/{name}/remove/
/catalog/sources/{name}/rotate catalog-sources/{name}/rotate/
/catalog/sources/{name}/send catalog-sources/{name}/send/
/catalog/sources/{name}/switch catalog-sources/{name}/disable/
/catalog/sources/{name}/sync catalog-sources/{name}/sync/
/catalog/validate catalog/validate/
/clients/new clients/
/clients/{name}/destinations/new destinations/
/clients/{name}/give grants/
/components/{name}/backfill backfills/
/components/{name}/claim components/{name}/claim/
/components/{name}/declare components/{name}/declare/
/components/{name}/hand-over components/{name}/hand-over/
/components/{name}/health/pins/new pinned-queries/
/components/{name}/health/pins/{pk}/move pinned-queries/{pk}/move/
/components/{name}/in/{environment}/configure configurations/
/components/{name}/in/{environment}/pause components/{name}/hold/
/components/{name}/in/{environment}/resume components/{name}/resume/
/components/{name}/in/{environment}/roll-back components/{name}/rollback/
/components/{name}/let-go components/{name}/let-go/
/components/{name}/plan deployments/
/components/{name}/run runs/
/components/{name}/undeclare components/{name}/undeclare/
/components/{name}/versions/{number}/lift releases/{pk}/lift/
/components/{name}/versions/{number}/reject releases/{pk}/reject/
/connections/new connections/
/connections/{name}/give grants/
/connections/{name}/in/{environment}/bind bindings/
/connections/{name}/in/{environment}/test bindings/{pk}/test/
/deliveries/{number}/again deliveries/{pk}/again/
/deliveries/{number}/cancel deliveries/{pk}/cancel/
/deployments/{number}/abort deployments/{pk}/abort/
/deployments/{number}/advance deployments/{pk}/advance/
/deployments/{number}/approve deployments/{pk}/approve/
/deployments/{number}/refuse deployments/{pk}/refuse/
/destinations/{name}/give grants/
/destinations/{name}/in/{environment}/bind bindings/
/destinations/{name}/in/{environment}/resume destinations/{name}/resume/
/destinations/{name}/in/{environment}/test bindings/{pk}/test/
/dora/changes/{pk}/reclassify dora/rows/{pk}/reclassify/
/dora/changes/{pk}/take-back dora/rows/{pk}/take-back/
/drafts/new drafts/
/drafts/{number}/bring-back drafts/{pk}/bring-back/
/drafts/{number}/discard drafts/{pk}/discard/
/drafts/{number}/panels/preview previews/
/drafts/{number}/panels/preview/cancel previews/{pk}/cancel/
/drafts/{number}/review drafts/{pk}/register/
/drafts/{number}/validate drafts/validate/
/environments/new environments/
/environments/{name}/rule environments/{name}/approvals/
/event-sources/new event-sources/
/event-sources/{name}/apply event-sources/{name}/apply/
/event-sources/{name}/mean event-sources/{name}/meanings/
/event-sources/{name}/rotate event-sources/{name}/rotate/
/event-sources/{name}/switch event-sources/{name}/disable/
/event-sources/{name}/test event-sources/{name}/test/
/feedback/give feedback/
/feedback/{pk}/handle feedback/{pk}/handle/
/golden-paths/new golden-paths/
/golden-paths/runs/{number}/cancel golden-path-runs/{pk}/cancel/
/golden-paths/runs/{number}/review golden-path-runs/{pk}/start/
/golden-paths/runs/{number}/steps/{step}/retry golden-path-runs/{pk}/retry/
/golden-paths/runs/{number}/undo golden-path-runs/{pk}/undo/
/golden-paths/{name}/edit golden-paths/
/golden-paths/{name}/offer golden-paths/{name}/offer/
/golden-paths/{name}/start golden-path-runs/
/history-imports/new history-imports/
/logs/searches/save logs/searches/
/manifests/let-go manifests/let-go/
/notifications/channels/add channels/
/notifications/channels/{pk}/test channels/{pk}/test/
/notifications/components/{name}/mute mutes/
/notifications/outbox/{pk}/again messages/{pk}/again/
/notifications/read notifications/read/
/notifications/settings/ notifications/settings/
/notifications/settings/address notifications/address/
/notifications/settings/confirm notifications/confirm/
/notifications/subscriptions/add subscriptions/
/notifications/{pk}/read notifications/{pk}/read/
/people/new users/
/people/reviews/sign access-reviews/
/people/{username}/join teams/{name}/members/
/people/{username}/password users/{username}/password/
/people/{username}/switch users/{username}/deactivate/
/people/{username}/disconnect users/{username}/disconnect/
/people/{username}/end-sessions users/{username}/end-sessions/
/people/{username}/reset-second-factor users/{username}/reset-second-factor/
/queues/{queue}/pause queues/{name}/pause/
/queues/{queue}/resume queues/{name}/resume/
/runs/{number}/accept runs/{pk}/accept/
/runs/{number}/again runs/{pk}/again/
/runs/{number}/cancel runs/{pk}/cancel/
/runs/{number}/unaccept runs/{pk}/unaccept/
/stars/set stars/
/teams/new teams/
/teams/{name}/members/add teams/{name}/members/
/teams/{name}/members/{username}/change teams/{name}/members/
/workers/{pk}/drain workers/{pk}/drain/
/workers/{pk}/take-again workers/{pk}/take-again/
"""


def _paired(method: str, lines: str) -> dict[str, str]:
    pairs = (line.split() for line in lines.strip().splitlines())
    return {f"{method} {page}": f"{method} {API}{there}" for page, there in pairs}


PAIRS = {
    **_paired("GET", LOOKED_AT),
    **_paired("POST", ACTED_ON),
    "POST /catalog/sources/{name}/change": f"PATCH {API}catalog-sources/{{name}}/",
    **{
        f"POST /{noun}/{{name}}/edit": f"PATCH {API}{noun}/{{name}}/"
        for noun in ("clients", "connections", "destinations", "environments", "teams")
    },
    "POST /clients/{name}/remove": f"DELETE {API}clients/{{name}}/",
    "POST /destinations/{name}/remove": f"DELETE {API}destinations/{{name}}/",
    "POST /grants/{pk}/take": f"DELETE {API}grants/{{pk}}/",
    "POST /people/{username}/edit": f"PATCH {API}users/{{username}}/",
    "POST /people/{username}/role": f"PATCH {API}users/{{username}}/",
    "POST /teams/{name}/members/{username}/remove": (
        f"DELETE {API}teams/{{name}}/members/{{username}}/"
    ),
    "POST /components/{name}/edit": f"PATCH {API}components/{{name}}/",
    "POST /components/{name}/health/pins/{pk}/edit": f"PATCH {API}pinned-queries/{{pk}}/",
    "POST /components/{name}/health/pins/{pk}/remove": f"DELETE {API}pinned-queries/{{pk}}/",
    "POST /connections/{name}/in/{environment}/unbind": f"DELETE {API}bindings/{{pk}}/",
    "POST /destinations/{name}/in/{environment}/unbind": f"DELETE {API}bindings/{{pk}}/",
    "POST /drafts/{number}/file": f"PUT {API}drafts/{{pk}}/",
    "POST /event-sources/{name}/meanings/{pk}/forget": (
        f"DELETE {API}event-sources/{{name}}/meanings/{{meaning}}/"
    ),
    "POST /logs/searches/{pk}/remove": f"DELETE {API}logs/searches/{{pk}}/",
    "POST /logs/searches/{pk}/rename": f"PATCH {API}logs/searches/{{pk}}/",
    "POST /notifications/channels/{pk}/remove": f"DELETE {API}channels/{{pk}}/",
    "POST /notifications/components/{name}/unmute": f"DELETE {API}mutes/{{name}}/",
    "POST /notifications/subscriptions/{pk}/remove": f"DELETE {API}subscriptions/{{pk}}/",
}
# Why a page's door needs none
_SESSION = "of a session in a browser, which a token has none of"
_FACTOR = "a second factor is added where it is used: in a browser"
_MACHINE = "is what machines ask already"
_DRAWN = "a part of a page, out of what other doors tell"
_FORM = "a step of a form; a program sends the whole at once"
ALONE = {
    **dict.fromkeys(
        (
            *("GET /sign-in/oidc", "GET /sign-in/oidc/back", "POST /sign-in"),
            *("POST /sign-in/second", "POST /sign-out"),
        ),
        _SESSION,
    ),
    **dict.fromkeys(
        (
            "GET /account/second-factor/",
            *(f"POST /account/second-factor/{verb}" for verb in ("app", "codes", "key")),
            "POST /account/second-factor/{pk}/remove",
        ),
        _FACTOR,
    ),
    **dict.fromkeys(
        (
            *("GET /healthz", "GET /readyz", "GET /metrics", "POST /events/{name}"),
            *("POST /catalog/hooks/{name}", "POST /v1/logs", "POST /v1/metrics", "POST /v1/traces"),
        ),
        _MACHINE,
    ),
    **dict.fromkeys(
        (
            *("GET /", "GET /counts", "GET /palette", "GET /notifications/bell"),
            *("GET /notifications/panel", "GET /golden-paths/panel"),
            "GET /components/{name}/hand-over/lacking",
        ),
        _DRAWN,
    ),
    **dict.fromkeys(
        (
            "GET /golden-paths/options/{kind}",
            "POST /golden-paths/runs/{number}/discard",
            "POST /golden-paths/runs/{number}/pages/{page}",
            "POST /golden-paths/{name}/pages/{page}/check",
            "GET /drafts/{number}/history",
            "GET /drafts/{number}/rows",
            *(
                f"POST /drafts/{{number}}/{verb}"
                for verb in ("back", "browse", "edit", "here", "leave", "look", "place")
            ),
        ),
        _FORM,
    ),
    "GET /handbook/": "the handbook is in the repository, as Markdown",
    "GET /handbook/{name}/": "the handbook is in the repository, as Markdown",
    "POST /golden-paths/validate": "publishing refuses the same in the same words",
}
