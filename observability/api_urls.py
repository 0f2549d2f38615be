"""The API of this floor, below /api/v1/."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from observability.changes.api import Changes

router = SimpleRouter()
router.register("changes", Changes, basename="change")

urlpatterns = router.urls
