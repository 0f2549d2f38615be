"""Moved to portal.files.events; this name goes when nobody says it any more."""

from portal.files.events import *  # noqa: F403
