"""The pages of notifications, below /notifications/."""

from __future__ import annotations

from django.urls import path

from portal.notifications.views import choosing, outbox, reading

urlpatterns = [
    path("", reading.listing, name="notification-list"),
    path("panel", reading.panel, name="notification-panel"),
    path("bell", reading.bell, name="notification-bell"),
    path("read", reading.read_all, name="notification-read-all"),
    path("<uuid:pk>/", reading.follow, name="notification-open"),
    path("<uuid:pk>/read", reading.read, name="notification-read"),
    path("components/<slug:name>/mute", reading.mute, name="notification-mute"),
    path("components/<slug:name>/unmute", reading.unmute, name="notification-unmute"),
    path("settings/", choosing.choose, name="notification-settings"),
    path("settings/address", choosing.address, name="notification-address"),
    path("settings/confirm", choosing.confirm, name="notification-confirm"),
    path("subscriptions/add", choosing.follow, name="subscription-add"),
    path("subscriptions/<uuid:pk>/remove", choosing.unfollow, name="subscription-remove"),
    path("channels/add", choosing.connect, name="channel-add"),
    path("channels/<uuid:pk>/remove", choosing.disconnect, name="channel-remove"),
    path("channels/<uuid:pk>/test", choosing.test, name="channel-test"),
    path("channels/<uuid:pk>/tests/<uuid:message>", choosing.tested, name="channel-tested"),
    path("outbox/", outbox.listing, name="outbox-list"),
    path("outbox/<uuid:pk>/again", outbox.again, name="outbox-again"),
]
