"""Bugs go to Sentry, where a DSN is set. A refusal is no bug, and nothing secret leaves."""

from __future__ import annotations

from typing import Any

import sentry_sdk
from django.conf import settings

from portal import context
from portal.errors import Refused
from portal.masks import mask


def start(dsn: str, **options: Any) -> None:
    """Report unanticipated errors of this process, web or worker."""
    sentry_sdk.init(
        dsn=dsn,
        release=settings.VERSION,
        max_request_body_size="never",
        include_local_variables=False,  # rows of clients' data stand in them
        ignore_errors=[Refused],
        before_send=_prepared,
        **options,
    )


def _prepared(event: Any, _: dict[str, Any]) -> Any:
    """Masked all through, and found by the id that the person was told."""
    masked = _masked(event)
    keys = {**context.correlation.get(), "request_id": context.request_id.get()}
    masked["tags"] = {**(masked.get("tags") or {}), **{k: v for k, v in keys.items() if v}}
    return masked


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {key: _masked(inner) for key, inner in value.items()}
    return [_masked(inner) for inner in value] if isinstance(value, list) else value
