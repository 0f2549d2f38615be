"""The API of notifications, below /api/v1/."""

from __future__ import annotations

from django.urls import path
from rest_framework.routers import SimpleRouter

from portal.notifications.api.channels import Channels, Outbox
from portal.notifications.api.told import Notices
from portal.notifications.api.wishes import (
    MailAddress,
    MailConfirmation,
    Mutes,
    Preferences,
    Subscriptions,
)

router = SimpleRouter()
router.register("notifications", Notices, basename="notification")
router.register("subscriptions", Subscriptions, basename="subscription")
router.register("mutes", Mutes, basename="mute")
router.register("channels", Channels, basename="channel")
router.register("messages", Outbox, basename="message")

urlpatterns = [
    path("notifications/settings/", Preferences.as_view(), name="notification-settings"),
    path("notifications/address/", MailAddress.as_view(), name="notification-address"),
    path("notifications/confirm/", MailConfirmation.as_view(), name="notification-confirm"),
    *router.urls,
]
