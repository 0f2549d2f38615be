"""Moved to portal.files.findings; this name goes when nobody says it any more."""

from portal.files.findings import *  # noqa: F403
