"""The door for the web server."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()

# What is loaded now stays until the end. Looking through all of it for garbage took a fifth of a
# second each time, of whichever request came by: a third of a million objects, none of them gone.
addresses = get_resolver().url_patterns  # with all views
gc.collect()
gc.freeze()
