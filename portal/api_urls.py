"""The API of this floor, below /api/v1/."""

from __future__ import annotations

from django.urls import path
from rest_framework.routers import SimpleRouter

from portal.accounts.api import Teams, Tokens, Users, Who
from portal.audit.api import Audit
from portal.catalog.api import Components
from portal.search.api import Search

router = SimpleRouter()
router.register("users", Users, basename="user")
router.register("teams", Teams, basename="team")
router.register("tokens", Tokens, basename="token")
router.register("components", Components, basename="component")
router.register("audit", Audit, basename="audit")

urlpatterns = [
    path("whoami/", Who.as_view(), name="whoami"),
    path("search/", Search.as_view(), name="search"),
    *router.urls,
]
