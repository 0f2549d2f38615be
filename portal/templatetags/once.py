"""Parts of a page that are the same for everyone."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def once(name: str, **values: Hashable) -> SafeString:
    """`{% once "_rail_link.html" entry=entry %}`: a template rendered once for each set of values.

    It sees these and nothing else, neither the request nor a person: what is kept can tell nobody
    what another may see.
    """
    return _rendered(name, **values)


@lru_cache(maxsize=1024, typed=True)  # typed: a text that is safe equals one that is not
def _rendered(name: str, **values: Hashable) -> SafeString:
    return render_to_string(name, values)
