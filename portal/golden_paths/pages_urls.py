"""The pages of golden paths, below /golden-paths/."""

from __future__ import annotations

from django.urls import path

from portal.golden_paths.views import filling, publishing, runs, shelf

RUN = "runs/<int:number>"
urlpatterns = [
    path("", shelf.listing, name="golden-path-list"),
    path("panel", shelf.panel, name="golden-path-panel"),
    path("new", publishing.publish, name="golden-path-publish"),
    path("validate", publishing.validate, name="golden-path-validate"),
    path("options/<slug:kind>", shelf.options, name="golden-path-options"),
    path("runs/", runs.listing, name="golden-path-run-list"),
    path(f"{RUN}/", runs.detail, name="golden-path-run-detail"),
    path(f"{RUN}/pages/<int:page>", filling.fill, name="golden-path-fill"),
    path(f"{RUN}/review", filling.review, name="golden-path-review"),
    path(f"{RUN}/discard", filling.discard, name="golden-path-discard"),
    path(f"{RUN}/changes", runs.changes, name="golden-path-run-changes"),
    path(f"{RUN}/cancel", runs.cancel, name="golden-path-run-cancel"),
    path(f"{RUN}/undo", runs.undo, name="golden-path-run-undo"),
    path(f"{RUN}/steps/<slug:step>/retry", runs.retry, name="golden-path-run-retry"),
    path("<slug:name>/", shelf.detail, name="golden-path-detail"),
    path("<slug:name>/start", filling.start, name="golden-path-start"),
    path("<slug:name>/pages/<int:page>/check", filling.check, name="golden-path-check"),
    path("<slug:name>/edit", publishing.publish, name="golden-path-edit"),
    path("<slug:name>/offer", publishing.offer, name="golden-path-offer"),
    path("<slug:name>/versions/<int:number>/", shelf.version, name="golden-path-version"),
]
