"""The API of this floor, below /api/v1/."""

from __future__ import annotations

from django.urls import path
from rest_framework.routers import SimpleRouter

from deployments.environments.api import Environments
from deployments.evidence.api import DeploymentComparison, DeploymentEvidence
from deployments.matrix.api import Matrix
from deployments.releases.api import Releases
from deployments.reporting.api import ChangeReport
from deployments.rollouts.api import ComponentVerbs, Configurations, Deployments

router = SimpleRouter()
router.register("environments", Environments, basename="environment")
router.register("releases", Releases, basename="release")
router.register("deployments", Deployments, basename="deployment")
router.register("configurations", Configurations, basename="configuration")

rollback = ComponentVerbs.as_view({"get": "candidates", "post": "rollback"})

urlpatterns = [
    path("deployments/matrix/", Matrix.as_view(), name="deployment-matrix"),
    path("deployments/report/", ChangeReport.as_view(), name="deployment-report"),
    path("components/<name>/live/", ComponentVerbs.as_view({"get": "live"}), name="component-live"),
    path("components/<name>/rollback/", rollback, name="component-rollback"),
    path(
        "components/<name>/hold/", ComponentVerbs.as_view({"post": "hold"}), name="component-hold"
    ),
    path(
        "components/<name>/resume/",
        ComponentVerbs.as_view({"post": "resume"}),
        name="component-resume",
    ),
    path(
        "deployments/<int:number>/comparison/",
        DeploymentComparison.as_view(),
        name="deployment-comparison",
    ),
    path(
        "deployments/<int:number>/evidence/",
        DeploymentEvidence.as_view(),
        name="deployment-evidence",
    ),
    *router.urls,
]
