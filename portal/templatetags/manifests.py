"""Where a thing is kept in files, for its page."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from portal.manifests import queries

register = template.Library()


@register.inclusion_tag("portal/manifests/_kept.html", takes_context=True)
def kept_in_files(context: Context, kind: str, name: str) -> dict[str, Any]:
    """For a page. One query where no file keeps it: then nothing is said."""
    return _kept(context, kind, name)


@register.inclusion_tag("portal/manifests/_kept_short.html", takes_context=True)
def kept_in_files_short(context: Context, kind: str, name: str) -> dict[str, Any]:
    """For a dialog that changes it: what becomes of the change."""
    return _kept(context, kind, name)


def _kept(context: Context, kind: str, name: str) -> dict[str, Any]:
    kept = queries.kept_of(kind, name)
    return {
        "kept": kept,
        "is_set_back": kept is not None and queries.is_set_back(kept),
        "may_let_go": kept is not None and queries.may_let_go(kept, context["request"].user),
    }
