"""The door for the web server."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from portal import preloaded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()

# What is loaded now stays until the end. Looking through all of it for garbage took a fifth of a
# second each time, of whichever request came by: half a million objects, none of them gone.
preloaded.load_pages()
gc.collect()
gc.freeze()

# A page makes tens of thousands of objects and lets go of them at its end. By Python's own measure
# (700, 10, 10) they were looked through while they lived, grew old with it, and of every tenth
# request all that was loaded later was looked through as well: 30 to 150 ms.
gc.set_threshold(10_000, 5, 50)
