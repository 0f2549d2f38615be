"""Where a thing is kept in files, for its page."""

from __future__ import annotations

from typing import Any

from django import template

from portal.manifests import queries

register = template.Library()


@register.inclusion_tag("portal/manifests/_kept.html")
def kept_in_files(kind: str, name: str) -> dict[str, Any]:
    """One query; nothing where no file keeps it."""
    return {"kept": queries.kept_of(kind, name)}
