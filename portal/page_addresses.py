"""Addresses of pages as people and files write them. Pure."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit


def read(url: str) -> SplitResult | None:
    """An address taken apart; None where it leads to no page of the web."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:  # such as https://[x, which begins an address of IPv6
        return None
    return parts if parts.scheme in {"http", "https"} and parts.hostname else None
