"""The Django app of the observability floor."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings

from portal import preloaded


class ObservabilityConfig(AppConfig):
    name = "observability"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        if preloaded.is_to_be_forked():
            import_module(
                "observability.instrumentation.wishes"
            ).read()  # refused once, not by each
        else:
            self.begin()

    def begin(self) -> None:
        """Libraries that tell of work are loaded only where they are used: they are not small."""
        wishes = import_module("observability.instrumentation.wishes").read()
        if wishes.is_on:
            import_module("observability.instrumentation.starting").start(wishes)
        if settings.SENTRY_DSN:
            import_module("observability.errors").start(settings.SENTRY_DSN)
