"""The button that pins a thing in the rail."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

register = template.Library()


@register.inclusion_tag("portal/stars/_star.html", takes_context=True)
def star(context: Context, kind: str, name: str) -> dict[str, Any]:
    """Whether this person has pinned it is known without a query."""
    request = context["request"]
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "kind": kind,
        "name": name,
        "is_pinned": [kind, name] in request.user.pinned,
    }
