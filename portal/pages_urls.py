"""The pages of the ground floor: its table of contents."""

from __future__ import annotations

from django.urls import include, path

from portal.accounts import editing as teams
from portal.accounts import views as accounts
from portal.audit import views as audit
from portal.catalog import editing
from portal.catalog import views as catalog
from portal.claims import views as claims
from portal.declarations import views as declarations
from portal.entities import receiver, sourced
from portal.entities import views as entities
from portal.feedback import views as feedback
from portal.graph import views as graph
from portal.handbook import views as handbook
from portal.home import views as home
from portal.in_force import views as in_force
from portal.manifests import views as manifests
from portal.oidc import views as oidc
from portal.palette import views as palette
from portal.people import views as people
from portal.reference import views as reference
from portal.rights import views as rights
from portal.search import views as search
from portal.second_factor import views as second_factor
from portal.sessions import views as sessions
from portal.sign_in import views as sign_in
from portal.stars import views as stars
from portal.workers import views as workers

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("counts", home.counts, name="counts"),
    path("search", search.search, name="search"),
    path("palette", palette.palette, name="palette"),
    path("handbook/", handbook.contents, name="handbook"),
    path("handbook/<path:name>/", handbook.page, name="handbook-page"),
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-in/second", sign_in.second, name="sign-in-second"),
    path("sign-in/oidc", oidc.begin, name="oidc-begin"),
    path("sign-in/oidc/back", oidc.back, name="oidc-back"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("account/", accounts.account, name="account"),
    path("account/provider/disconnect", oidc.disconnect, name="oidc-disconnect"),
    path("account/sessions/", sessions.sessions, name="session-list"),
    path("account/sessions/end-others", sessions.end_others, name="session-end-others"),
    path("account/sessions/<uuid:pk>/end", sessions.end, name="session-end"),
    path("account/second-factor/", second_factor.factors, name="factor-list"),
    path("account/second-factor/app", second_factor.add_app, name="factor-add-app"),
    path("account/second-factor/key", second_factor.add_key, name="factor-add-key"),
    path("account/second-factor/codes", second_factor.renew_codes, name="factor-codes"),
    path("account/second-factor/<uuid:pk>/remove", second_factor.remove, name="factor-remove"),
    path("account/tokens/", accounts.tokens, name="token-list"),
    path("account/tokens/<uuid:pk>/revoke", accounts.revoke_token, name="token-revoke"),
    path("teams/", accounts.teams, name="team-list"),
    path("teams/new", teams.new_team, name="team-new"),
    path("teams/<slug:name>/", accounts.team, name="team-detail"),
    path("teams/<slug:name>/edit", teams.edit_team, name="team-edit"),
    path("teams/<slug:name>/members/add", teams.add_member, name="team-add-member"),
    path(
        "teams/<slug:name>/members/<slug:username>/change",
        teams.change_member,
        name="team-change-member",
    ),
    path(
        "teams/<slug:name>/members/<slug:username>/remove",
        teams.remove_member,
        name="team-remove-member",
    ),
    path("people/", people.listing, name="people-list"),
    path("people/<slug:username>/", accounts.person, name="person-detail"),
    path("people/new", people.new, name="people-new"),
    path("people/access", people.access_file, name="people-access"),
    path("people/reviews", people.reviews, name="people-reviews"),
    path("people/reviews/sign", people.sign_off, name="people-sign-off"),
    path("people/<slug:username>/edit", people.edit, name="person-edit"),
    path("people/<slug:username>/role", people.role, name="person-role"),
    path("people/<slug:username>/password", people.password, name="person-password"),
    path("people/<slug:username>/switch", people.switch, name="person-switch"),
    path("people/<slug:username>/join", teams.join_team, name="person-join"),
    path("people/<slug:username>/disconnect", oidc.disconnect_other, name="person-disconnect"),
    path("people/<slug:username>/end-sessions", sessions.end_all, name="person-end-sessions"),
    path(
        "people/<slug:username>/reset-second-factor",
        second_factor.reset,
        name="person-reset-factor",
    ),
    path("components/", catalog.listing, name="component-list"),
    path("catalog/graph", graph.graph, name="component-graph"),
    path("catalog/graph/data", graph.data, name="component-graph-data"),
    path("catalog/graph/thing", graph.thing, name="component-graph-thing"),
    path("catalog/entities/", entities.listing, name="entity-list"),
    path("catalog/entities/<path:ref>/", entities.detail, name="entity-detail"),
    path("catalog/findings/", entities.findings, name="entity-findings"),
    path("catalog/validate", entities.validate, name="entity-validate"),
    path("catalog/hooks/<slug:name>", receiver.receive, name="catalog-hook"),
    path("catalog/sources/", sourced.listing, name="catalog-source-list"),
    path("catalog/sources/new", sourced.new, name="catalog-source-new"),
    path("catalog/sources/<slug:name>/", sourced.detail, name="catalog-source-detail"),
    path("catalog/sources/<slug:name>/sync", sourced.sync, name="catalog-source-sync"),
    path("catalog/sources/<slug:name>/send", sourced.send, name="catalog-source-send"),
    path("catalog/sources/<slug:name>/change", sourced.change, name="catalog-source-change"),
    path("catalog/sources/<slug:name>/rotate", sourced.rotate, name="catalog-source-rotate"),
    path("catalog/sources/<slug:name>/switch", sourced.switch, name="catalog-source-switch"),
    path("catalog/sources/<slug:name>/orphans", sourced.orphans, name="catalog-source-orphans"),
    path("catalog/sources/<slug:name>/remove", sourced.remove, name="catalog-source-remove"),
    path("components/<slug:name>/", catalog.detail, name="component-detail"),
    path("components/<slug:name>/dependencies", graph.of_component, name="component-dependencies"),
    path("components/<slug:name>/edit", editing.edit, name="component-edit"),
    path("components/<slug:name>/hand-over", editing.hand_over, name="component-hand-over"),
    path("components/<slug:name>/hand-over/lacking", editing.lacking, name="component-lacking"),
    path("components/<slug:name>/claim", claims.claim, name="component-claim"),
    path("components/<slug:name>/declare", declarations.declare, name="component-declare"),
    path("components/<slug:name>/undeclare", declarations.take_back, name="component-undeclare"),
    path("components/<slug:name>/let-go", claims.let_go, name="component-let-go"),
    path("components/<slug:name>/panels/checklist", catalog.checklist, name="component-checklist"),
    path("components/<slug:name>/audit/", catalog.audited, name="component-audit"),
    path("audit/", audit.listing, name="audit-list"),
    path("manifests/", manifests.listing, name="manifest-list"),
    path("manifests/let-go", manifests.let_go, name="manifest-let-go"),
    path("manifests/drift", manifests.drift, name="manifest-drift"),
    path("manifests/<int:number>/", manifests.detail, name="manifest-detail"),
    path("settings/", in_force.settings, name="setting-list"),
    path("rights/", rights.explain, name="right-explain"),
    path("workers/", workers.workers, name="worker-list"),
    path("workers/<uuid:pk>/drain", workers.drain, name="worker-drain"),
    path("workers/<uuid:pk>/take-again", workers.take_again, name="worker-take-again"),
    path("queues/<slug:queue>/pause", workers.pause, name="queue-pause"),
    path("queues/<slug:queue>/resume", workers.resume, name="queue-resume"),
    path("audit/export", audit.export, name="audit-export"),
    path("audit/seal", audit.seal, name="audit-seal"),
    path("audit/<uuid:pk>/", audit.detail, name="audit-detail"),
    path("notifications/", include("portal.notifications.pages_urls")),
    path("stars/", stars.listing, name="star-list"),
    path("stars/set", stars.toggle, name="star-set"),
    path("feedback/", feedback.listing, name="feedback-list"),
    path("feedback/give", feedback.give, name="feedback-give"),
    path("feedback/<uuid:pk>/handle", feedback.handle, name="feedback-handle"),
    path("golden-paths/", include("portal.golden_paths.pages_urls")),
    path("api/docs/", reference.page, name="api-docs"),
    path("api/docs/<slug:operation>/", reference.operation, name="api-operation"),
]
