"""The Django app of the portal floor."""

from django.apps import AppConfig

from portal import instants


class PortalConfig(AppConfig):
    name = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Before anything connects."""
        instants.register()
