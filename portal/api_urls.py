"""The API of this floor, below /api/v1/."""

from __future__ import annotations

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from portal.accounts.api import Teams, Tokens, Users, Who
from portal.audit.api import Audit
from portal.catalog.api import Components
from portal.claims.api import Claim, LetGo
from portal.declarations.api import Declare, TakeBack
from portal.feedback.api import FeedbackNoun
from portal.golden_paths.api import PathRuns, Paths
from portal.manifests.api import Applications, Manifests, ManifestSchema, PlanManifests
from portal.search.api import Search

router = SimpleRouter()
router.register("users", Users, basename="user")
router.register("teams", Teams, basename="team")
router.register("tokens", Tokens, basename="token")
router.register("components", Components, basename="component")
router.register("audit", Audit, basename="audit")
router.register("feedback", FeedbackNoun, basename="feedback")
router.register("golden-paths", Paths, basename="golden-path")
router.register("golden-path-runs", PathRuns, basename="golden-path-run")
router.register("manifests", Manifests, basename="manifest")
router.register("applications", Applications, basename="application")

urlpatterns = [
    path("whoami/", Who.as_view(), name="whoami"),
    path("components/<slug:name>/claim/", Claim.as_view(), name="component-claim"),
    path("components/<slug:name>/let-go/", LetGo.as_view(), name="component-let-go"),
    path("components/<slug:name>/declare/", Declare.as_view(), name="component-declare"),
    path("components/<slug:name>/undeclare/", TakeBack.as_view(), name="component-undeclare"),
    path("manifests/plan/", PlanManifests.as_view(), name="manifest-plan"),
    path("manifests/schema/", ManifestSchema.as_view(), name="manifest-schema"),
    path("search/", Search.as_view(), name="search"),
    path("", include("portal.notifications.api_urls")),
    *router.urls,
]
