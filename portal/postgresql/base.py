"""What Django looks for under this name in an ENGINE."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db.backends.postgresql import base
from psycopg.adapt import AdaptersMap
from psycopg.types.datetime import TimestamptzLoader

from portal.postgresql.cursors import Cursor
from portal.postgresql.sessions import Session

PATIENCE = "patience"  # among OPTIONS: see Session.seconds


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's, with a pool of sessions that don't wait for ever, and values apart."""

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        params.pop(PATIENCE, None)
        return params | {"cursor_factory": Cursor, "context": _adapters(params["context"])}

    def create_cursor(self, name: str | None = None) -> Any:
        """As Django's, which would put its own loader of times back."""
        if name is None:
            return self.connection.cursor()
        withhold = self.connection.autocommit
        return self.connection.cursor(name, scrollable=False, withhold=withhold)

    @property
    def pool(self) -> Any:
        options = self.settings_dict["OPTIONS"]
        if isinstance(options.get("pool"), dict) and "connection_class" not in options["pool"]:
            seconds = {"seconds": float(options.get(PATIENCE, 0))}
            options["pool"]["connection_class"] = type("Session", (Session,), seconds)
        return super().pool


@cache
def _adapters(context: AdaptersMap) -> AdaptersMap:
    """Times are read by psycopg's C, in a sixth of the time that Django's loader in Python takes.

    That one sets the zone of a connection; here each session is in UTC, which both say alike.
    """
    adapters = AdaptersMap(context)
    adapters.register_loader("timestamptz", TimestamptzLoader)
    return adapters
