"""The pages of this floor: its table of contents."""

from __future__ import annotations

from django.urls import path

from pipelines.acceptances import views as acceptances
from pipelines.backfills import views as backfills
from pipelines.bulk import views as bulk
from pipelines.clients import views as clients
from pipelines.connections import granting, naming, overview
from pipelines.connections import views as connections
from pipelines.deliveries import views as deliveries
from pipelines.drafts.views import changes as draft_changes
from pipelines.drafts.views import closing as draft_ends
from pipelines.drafts.views import lists as draft_lists
from pipelines.drafts.views import pages as draft_pages
from pipelines.grid import views as grid
from pipelines.runs.views import actions, details, lists
from pipelines.schedules import views as schedules
from pipelines.transformations import views as transformations

app_name = "pipelines"
COMPONENT = "components/<slug:name>"
RUN = "runs/<int:number>"
BACKFILL = "backfills/<int:number>"
CLIENT = "clients/<slug:name>"
DRAFT = "drafts/<int:number>"
urlpatterns = [
    path("runs/", lists.listing, name="run-list"),
    path(f"{RUN}/", details.detail, name="run-detail"),
    path(f"{RUN}/rows", details.rows, name="run-rows"),
    path(f"{RUN}/check-rows", details.check_rows, name="run-check-rows"),
    path(f"{RUN}/panels/cause", details.cause, name="run-cause"),
    path(f"{RUN}/again", actions.again, name="run-again"),
    path(f"{RUN}/cancel", actions.cancel, name="run-cancel"),
    path(f"{RUN}/accept", acceptances.accept, name="run-accept"),
    path(f"{RUN}/unaccept", acceptances.undo, name="run-unaccept"),
    path("backfills/", backfills.listing, name="backfill-list"),
    path(f"{BACKFILL}/", backfills.detail, name="backfill-detail"),
    path(f"{BACKFILL}/pause", backfills.pause, name="backfill-pause"),
    path(f"{BACKFILL}/resume", backfills.resume, name="backfill-resume"),
    path(f"{BACKFILL}/cancel", backfills.cancel, name="backfill-cancel"),
    path("bulk-actions/", bulk.listing, name="bulk-action-list"),
    path("bulk-actions/new", bulk.new, name="bulk-action-new"),
    path("bulk-actions/<uuid:pk>/", bulk.detail, name="bulk-action-detail"),
    path("bulk-actions/<uuid:pk>/stop", bulk.stop, name="bulk-action-stop"),
    path("deliveries/<int:number>/", deliveries.detail, name="delivery-detail"),
    path("deliveries/<int:number>/again", deliveries.again, name="delivery-again"),
    path("deliveries/<int:number>/cancel", deliveries.cancel, name="delivery-cancel"),
    path(
        "deployments/<int:number>/panels/deliveries",
        deliveries.of_deployment,
        name="deployment-deliveries",
    ),
    path(f"{COMPONENT}/run", actions.start, name="run-start"),
    path(f"{COMPONENT}/runs/", lists.of_component, name="component-runs"),
    path(f"{COMPONENT}/grid", grid.grid, name="component-grid"),
    path(f"{COMPONENT}/backfill", backfills.start, name="backfill-start"),
    path(f"{COMPONENT}/panels/schedule", schedules.of_component, name="component-schedule"),
    path(f"{COMPONENT}/panels/runs", lists.strip, name="component-strip"),
    path(f"{COMPONENT}/panels/clients", lists.clients, name="component-clients"),
    path(f"{COMPONENT}/versions/", transformations.listing, name="component-versions"),
    path(f"{COMPONENT}/versions/compare", transformations.compare, name="version-compare"),
    path(f"{COMPONENT}/versions/<int:number>/", transformations.detail, name="version-detail"),
    path("bindings/", overview.bindings, name="binding-list"),
    path("bindings/<uuid:pk>/test", overview.test, name="binding-test"),
    path("connections/", connections.connections, name="connection-list"),
    path("connections/new", connections.new_connection, name="connection-new"),
    path("connections/<slug:name>/", connections.connection, name="connection-detail"),
    path("destinations/<slug:name>/", connections.destination, name="destination-detail"),
    path(
        "destinations/<slug:name>/in/<slug:environment>/resume",
        connections.resume,
        name="destination-resume",
    ),
    *(
        path(
            f"{kind}s/<slug:name>/in/<slug:environment>/{verb}",
            view,
            {"kind": kind},
            name=f"{kind}-{verb}",
        )
        for kind in ("connection", "destination")
        for verb, view in (
            ("bind", connections.bind),
            ("unbind", connections.unbind),
            ("test", connections.test),
        )
    ),
    *(
        path(f"{kind}s/<slug:name>/give", granting.give, {"kind": kind}, name=f"{kind}-give")
        for kind in ("connection", "client", "destination")
    ),
    *(
        path(f"{kind}s/<slug:name>/edit", naming.edit, {"kind": kind}, name=f"{kind}-edit")
        for kind in ("connection", "client", "destination")
    ),
    *(
        path(f"{kind}s/<slug:name>/remove", naming.remove, {"kind": kind}, name=f"{kind}-remove")
        for kind in ("client", "destination")
    ),
    path("grants/<uuid:pk>/take", granting.take, name="grant-take"),
    path("clients/", clients.listing, name="client-list"),
    path("clients/new", naming.new_client, name="client-new"),
    path(f"{CLIENT}/destinations/new", naming.new_destination, name="destination-new"),
    path(f"{CLIENT}/", clients.detail, name="client-detail"),
    path(f"{CLIENT}/deliveries", clients.deliveries, name="client-deliveries"),
    path(f"{CLIENT}/contracts", clients.contracts, name="client-contracts"),
    path(f"{CLIENT}/ahead", clients.ahead, name="client-ahead"),
    path(f"{CLIENT}/logs", clients.logs, name="client-logs"),
    path("drafts/", draft_lists.listing, name="draft-list"),
    path("drafts/new", draft_lists.new, name="draft-new"),
    path("drafts/mine", draft_lists.mine, name="draft-mine"),
    path(f"{DRAFT}/", draft_pages.detail, name="draft-detail"),
    path(f"{DRAFT}/file", draft_pages.file, name="draft-file"),
    path(f"{DRAFT}/history", draft_pages.history, name="draft-history"),
    path(f"{DRAFT}/back", draft_pages.back, name="draft-back"),
    path(f"{DRAFT}/edit", draft_changes.edit, name="draft-edit"),
    path(f"{DRAFT}/place", draft_changes.place, name="draft-place"),
    path(f"{DRAFT}/look", draft_changes.look, name="draft-look"),
    path(f"{DRAFT}/browse", draft_changes.browse, name="draft-browse"),
    path(f"{DRAFT}/rows", draft_changes.rows, name="draft-rows"),
    path(f"{DRAFT}/validate", draft_changes.validate, name="draft-validate"),
    path(f"{DRAFT}/panels/preview", draft_changes.preview, name="draft-preview"),
    path(
        f"{DRAFT}/panels/preview/cancel", draft_changes.cancel_preview, name="draft-preview-cancel"
    ),
    path(f"{DRAFT}/here", draft_changes.here, name="draft-here"),
    path(f"{DRAFT}/leave", draft_changes.leave, name="draft-leave"),
    path(f"{DRAFT}/review", draft_ends.review, name="draft-review"),
    path(f"{DRAFT}/discard", draft_ends.discard, name="draft-discard"),
    path(f"{DRAFT}/bring-back", draft_ends.bring_back, name="draft-bring-back"),
]
