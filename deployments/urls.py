"""The pages of this floor: its table of contents."""

from __future__ import annotations

from django.urls import path

from deployments.environments import views as environments
from deployments.evidence import views as evidence
from deployments.matrix import views as matrix
from deployments.policies import views as policies
from deployments.releases import views as releases
from deployments.reporting import views as reporting
from deployments.rollouts.views import (
    configuring,
    decisions,
    details,
    lists,
    panels,
    places,
    plans,
)

app_name = "deployments"
COMPONENT = "components/<slug:name>"
PLACE = f"{COMPONENT}/in/<slug:environment>"
VERSION = f"{COMPONENT}/versions/<int:number>"
DEPLOYMENT = "deployments/<int:number>"
urlpatterns = [
    path("deployments/", lists.listing, name="deployment-list"),
    path("deployments/matrix", matrix.matrix, name="deployment-matrix"),
    path("deployments/report", reporting.page, name="deployment-report"),
    path("deployments/report/file", reporting.file, name="deployment-report-file"),
    path("deployments/mine", panels.mine, name="deployment-mine"),
    path(f"{DEPLOYMENT}/", details.detail, name="deployment-detail"),
    path(f"{DEPLOYMENT}/panels/comparison", evidence.comparison, name="deployment-comparison"),
    path(f"{DEPLOYMENT}/approve", decisions.approve, name="deployment-approve"),
    path(f"{DEPLOYMENT}/refuse", decisions.refuse, name="deployment-refuse"),
    path(f"{DEPLOYMENT}/advance", decisions.advance, name="deployment-advance"),
    path(f"{DEPLOYMENT}/abort", decisions.abort, name="deployment-abort"),
    path(f"{COMPONENT}/plan", plans.plan, name="plan"),
    path(f"{COMPONENT}/deployments/", lists.of_component, name="component-deployments"),
    path(f"{COMPONENT}/panels/now", panels.now, name="component-now"),
    path(f"{COMPONENT}/panels/versions", panels.versions, name="component-releases"),
    path(f"{PLACE}/", matrix.place, name="place-detail"),
    path(f"{PLACE}/roll-back", places.roll_back, name="place-roll-back"),
    path(f"{PLACE}/configure", configuring.configure, name="place-configure"),
    path(f"{PLACE}/pause", places.pause, name="place-pause"),
    path(f"{PLACE}/resume", places.resume, name="place-resume"),
    path(f"{VERSION}/reject", releases.reject, name="release-reject"),
    path(f"{VERSION}/lift", releases.lift, name="release-lift"),
    path("environments/new", environments.new, name="environment-new"),
    path("environments/<slug:name>/edit", environments.edit, name="environment-edit"),
    path("environments/<slug:name>/rule", policies.rule, name="environment-rule"),
    path("environments/", environments.listing, name="environment-list"),
]
