"""Values travel apart from the text of a statement, as long as the protocol has room for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import psycopg
from django.db.backends.postgresql import base

if TYPE_CHECKING:
    from psycopg.abc import Params, Query

    Apart = psycopg.Cursor[Any]
else:
    Apart = base.ServerBindingCursor

MOST = 65_535  # values of a statement: the protocol counts them in two bytes


class Cursor(Apart):
    """A list that is longer is written into the text: what names many rows must not be refused."""

    def execute(self, query: Query, params: Params | None = None, **how: Any) -> Self:
        text: Any = query  # psycopg counts templates apart from other texts
        if params is not None and len(params) > MOST:
            text = psycopg.ClientCursor(self.connection).mogrify(text, params)
            params = None
        return super().execute(text, params, **how)
