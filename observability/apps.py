"""The Django app of the observability floor."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings


class ObservabilityConfig(AppConfig):
    name = "observability"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """The library for reporting errors is loaded only where it is used: it is not small."""
        if settings.SENTRY_DSN:
            import_module("observability.errors").start(settings.SENTRY_DSN)
