"""Moved to portal.files.document; this name goes when nobody says it any more."""

from portal.files.document import *  # noqa: F403
