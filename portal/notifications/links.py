"""Addresses of our own pages, for where they are read outside."""

from __future__ import annotations

from urllib.parse import urljoin

from django.conf import settings


def absolute(path: str) -> str:
    """The whole address of a page of Slipway; "" stays ""."""
    return urljoin(settings.BASE_URL, path) if path else ""
