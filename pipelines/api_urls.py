"""The API of this floor, below /api/v1/."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from pipelines.deliveries.api import Deliveries
from pipelines.runs.api import Runs

router = SimpleRouter()
router.register("runs", Runs, basename="run")
router.register("deliveries", Deliveries, basename="delivery")

urlpatterns = router.urls
