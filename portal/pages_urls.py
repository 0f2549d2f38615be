"""The pages of the ground floor: its table of contents."""

from __future__ import annotations

from django.urls import include, path

from portal.accounts import views as accounts
from portal.audit import views as audit
from portal.catalog import editing
from portal.catalog import views as catalog
from portal.claims import views as claims
from portal.declarations import views as declarations
from portal.feedback import views as feedback
from portal.graph import views as graph
from portal.handbook import views as handbook
from portal.home import views as home
from portal.manifests import views as manifests
from portal.palette import views as palette
from portal.reference import views as reference
from portal.search import views as search
from portal.workers import views as workers

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("counts", home.counts, name="counts"),
    path("search", search.search, name="search"),
    path("palette", palette.palette, name="palette"),
    path("handbook/", handbook.contents, name="handbook"),
    path("handbook/<path:name>/", handbook.page, name="handbook-page"),
    path("sign-in", accounts.sign_in, name="sign-in"),
    path("sign-out", accounts.sign_out, name="sign-out"),
    path("account/", accounts.account, name="account"),
    path("account/tokens/", accounts.tokens, name="token-list"),
    path("account/tokens/<uuid:pk>/revoke", accounts.revoke_token, name="token-revoke"),
    path("teams/", accounts.teams, name="team-list"),
    path("teams/<slug:name>/", accounts.team, name="team-detail"),
    path("people/<slug:username>/", accounts.person, name="person-detail"),
    path("components/", catalog.listing, name="component-list"),
    path("catalog/graph", graph.graph, name="component-graph"),
    path("catalog/graph/data", graph.data, name="component-graph-data"),
    path("catalog/graph/thing", graph.thing, name="component-graph-thing"),
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
    path("manifests/drift", manifests.drift, name="manifest-drift"),
    path("manifests/<int:number>/", manifests.detail, name="manifest-detail"),
    path("workers/", workers.workers, name="worker-list"),
    path("audit/<uuid:pk>/", audit.detail, name="audit-detail"),
    path("notifications/", include("portal.notifications.pages_urls")),
    path("feedback/", feedback.listing, name="feedback-list"),
    path("feedback/give", feedback.give, name="feedback-give"),
    path("feedback/<uuid:pk>/handle", feedback.handle, name="feedback-handle"),
    path("golden-paths/", include("portal.golden_paths.pages_urls")),
    path("api/docs/", reference.page, name="api-docs"),
]
