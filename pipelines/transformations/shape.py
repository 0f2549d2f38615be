"""Moved to portal.files.shape; this name goes when nobody says it any more."""

from portal.files.shape import *  # noqa: F403
