"""The settings that hold, over the API; of secrets only that they are set."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.accounts import access
from portal.api import Asking
from portal.in_force import queries


class SettingsAsked(serializers.Serializer):
    changed = serializers.BooleanField(
        required=False, default=False, help_text="Only what is other than without being set."
    )


class SettingOut(serializers.Serializer):
    """A setting. `source` is `elsewhere` where the process that answers does not read it."""

    name = serializers.CharField()
    value = serializers.CharField()
    default = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    words = serializers.CharField()
    is_changed = serializers.BooleanField()


class Settings(Asking):
    """Which settings hold, and why."""

    @extend_schema(
        parameters=[SettingsAsked],
        responses=SettingOut(many=True),
        operation_id="settings_in_force",
    )
    def get(self, request: Request) -> Response:
        """Every setting with its value, where it comes from, and its line of the handbook."""
        access.require(self.by, "settings.read")
        is_changed = self.asked(SettingsAsked)["changed"]
        found = [one for one in queries.in_force() if one.is_changed or not is_changed]
        return Response(SettingOut(found, many=True).data)
