"""The clock: sends the ticks of CELERY_BEAT_SCHEDULE by name, and knows nothing else.

Its own application, because the ticking process needs no Django, no tables and no tasks: without
them it holds 25 MB instead of 70, and starts in half a second.
"""

from __future__ import annotations

import logging.config
import os
from importlib import import_module

from celery import Celery
from django.utils.module_loading import import_string

from portal import settings
from portal.upper_floors import WISHES


class Trouble(logging.Handler):
    """Loads at the first warning what telemetry needs, and hands it over: a clock that ticks as it
    should has nothing to tell and needs none of that.
    """

    def emit(self, record: logging.LogRecord) -> None:
        root = logging.getLogger()
        root.removeHandler(self)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
        import_module("django").setup()  # it begins telemetry, and a handler of its own
        for handler in root.handlers:
            if not isinstance(handler, logging.StreamHandler):
                handler.handle(record)


logging.config.dictConfig(settings.LOGGING)
if import_string(WISHES)().is_on:
    logging.getLogger().addHandler(Trouble(logging.WARNING))
app = Celery("slipway-ticks", fixups=[])
app.config_from_object(settings, namespace="CELERY")
