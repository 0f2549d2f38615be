"""The API of this floor, below /api/v1/."""

from __future__ import annotations

from django.urls import path
from rest_framework.routers import SimpleRouter

from pipelines.backfills.api import Backfills
from pipelines.bulk.api import BulkActions
from pipelines.clients.api import ClientAhead, ClientContracts
from pipelines.connections.api import Bindings, Clients, Connections, Destinations, Grants
from pipelines.deliveries.api import Deliveries
from pipelines.drafts.api import Drafts
from pipelines.previews.api import Previews
from pipelines.runs.api import Runs
from pipelines.schedules.api import Schedules
from pipelines.transformations.api import Transformations

router = SimpleRouter()
router.register("connections", Connections, basename="connection")
router.register("clients", Clients, basename="client")
router.register("destinations", Destinations, basename="destination")
router.register("bindings", Bindings, basename="binding")
router.register("grants", Grants, basename="grant")
router.register("transformations", Transformations, basename="transformation")
router.register("runs", Runs, basename="run")
router.register("schedules", Schedules, basename="schedule")
router.register("backfills", Backfills, basename="backfill")
router.register("bulk-actions", BulkActions, basename="bulk-action")
router.register("deliveries", Deliveries, basename="delivery")
router.register("drafts", Drafts, basename="draft")
router.register("previews", Previews, basename="preview")

urlpatterns = [
    path("clients/<slug:name>/contracts/", ClientContracts.as_view(), name="client-contracts"),
    path("clients/<slug:name>/ahead/", ClientAhead.as_view(), name="client-ahead"),
    *router.urls,
]
