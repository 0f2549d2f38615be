"""What Django looks for under this name in an ENGINE."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql import base

from portal.postgresql.cursors import Cursor
from portal.postgresql.sessions import Session

PATIENCE = "patience"  # among OPTIONS: see Session.seconds


class DatabaseWrapper(base.DatabaseWrapper):
    """As Django's, with a pool of sessions that don't wait for ever, and values apart."""

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        params.pop(PATIENCE, None)
        return params | {"cursor_factory": Cursor}

    @property
    def pool(self) -> Any:
        options = self.settings_dict["OPTIONS"]
        if isinstance(options.get("pool"), dict) and "connection_class" not in options["pool"]:
            seconds = {"seconds": float(options.get(PATIENCE, 0))}
            options["pool"]["connection_class"] = type("Session", (Session,), seconds)
        return super().pool
