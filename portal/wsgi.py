"""The door for the web server."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from portal import preloaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()
preloaded.load_pages()
gc.collect()
preloaded.spare_the_collector()
