"""The API of this floor, below /api/v1/."""

from __future__ import annotations

from django.urls import include, path
from rest_framework.routers import SimpleRouter

from portal.accounts.api import Teams, Tokens, Users, Who
from portal.audit.api import Audit
from portal.catalog.api import Components
from portal.claims.api import Claim, LetGo
from portal.declarations.api import Declare, TakeBack
from portal.entities.api import CatalogSources, CheckFile, Entities, EntityFindings
from portal.feedback.api import FeedbackNoun
from portal.golden_paths.api import PathRuns, Paths
from portal.graph.api import CatalogGraph
from portal.in_force.api import Settings
from portal.manifests.api import Applications, Manifests, ManifestSchema, PlanManifests
from portal.manifests.drift_api import ManifestDrift, ManifestSources
from portal.people.api import AccessReview, AccessReviews
from portal.rights.api import Rights, WhoMay
from portal.search.api import Search
from portal.sessions.api import Sessions
from portal.stars.api import Star, Stars
from portal.workers.api import Queues, Workers

router = SimpleRouter()
router.register("users", Users, basename="user")
router.register("teams", Teams, basename="team")
router.register("tokens", Tokens, basename="token")
router.register("sessions", Sessions, basename="session")
router.register("components", Components, basename="component")
router.register("entities", Entities, basename="entity")
router.register("entity-findings", EntityFindings, basename="entity-finding")
router.register("catalog-sources", CatalogSources, basename="catalog-source")
router.register("access-reviews", AccessReviews, basename="access-review")
router.register("audit", Audit, basename="audit")
router.register("feedback", FeedbackNoun, basename="feedback")
router.register("golden-paths", Paths, basename="golden-path")
router.register("golden-path-runs", PathRuns, basename="golden-path-run")
router.register("manifests", Manifests, basename="manifest")
router.register("applications", Applications, basename="application")
router.register("queues", Queues, basename="queue")
router.register("workers", Workers, basename="worker")

urlpatterns = [
    path("whoami/", Who.as_view(), name="whoami"),
    path("components/<slug:name>/claim/", Claim.as_view(), name="component-claim"),
    path("components/<slug:name>/let-go/", LetGo.as_view(), name="component-let-go"),
    path("components/<slug:name>/declare/", Declare.as_view(), name="component-declare"),
    path("components/<slug:name>/undeclare/", TakeBack.as_view(), name="component-undeclare"),
    path("catalog/validate/", CheckFile.as_view(), name="catalog-validate"),
    path("manifests/sources/", ManifestSources.as_view(), name="manifest-sources"),
    path("manifests/drift/", ManifestDrift.as_view(), name="manifest-drift"),
    path("manifests/plan/", PlanManifests.as_view(), name="manifest-plan"),
    path("manifests/schema/", ManifestSchema.as_view(), name="manifest-schema"),
    path("catalog/graph/", CatalogGraph.as_view(), name="catalog-graph"),
    path("settings/", Settings.as_view(), name="settings-in-force"),
    path("access-review/", AccessReview.as_view(), name="access-review"),
    path("rights/", Rights.as_view(), name="rights"),
    path("rights/who/", WhoMay.as_view(), name="rights-who"),
    path("search/", Search.as_view(), name="search"),
    path("stars/", Stars.as_view(), name="stars"),
    path("stars/<slug:kind>/<slug:name>/", Star.as_view(), name="star"),
    path("", include("portal.notifications.api_urls")),
    *router.urls,
]
