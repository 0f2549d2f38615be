"""Modules that browsers import by name, without a bundler: the import map of the SQL editor."""

from __future__ import annotations

import json
import re
from typing import Any

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from portal.vendor import MODULES, module_path

register = template.Library()
KEY = re.compile(r"^([ ]*(?:- )?)([A-Za-z_][\w-]*)(?=:(?: |$))")
OURS = (
    "arrival",
    "completion",
    "findings",
    "keys",
    "language",
    "look",
    "schema",
    "staying",
    "words",
)


@register.simple_tag(takes_context=True)
def import_map(context: Context) -> SafeString:
    """`<script type="importmap">` with the nonce of this answer; it stands before every module."""
    names = {name: static(module_path(name)) for name in MODULES}
    names |= {f"slipway/editor-{name}": static(f"js/editor/{name}.js") for name in OURS}
    content = json.dumps({"imports": names}, separators=(",", ":")).replace("<", "\\u003c")
    return format_html(
        '<script type="importmap" nonce="{}">{}</script>',
        str(context["request"].csp_nonce),
        mark_safe(content),  # noqa: S308 - addresses of our own, and no tag can begin in it
    )


@register.filter
def as_json(value: Any) -> str:
    """Data for a script, in an attribute."""
    return json.dumps(value, separators=(",", ":"))


@register.filter
def yaml_keys(text: str) -> SafeString:
    """A file for reading: its keys stand out, and each line can be linked to."""
    lines = []
    for line in text.splitlines():
        found = KEY.match(line)
        lines.append(
            format_html('{}<b class="key-name">{}</b>{}', found[1], found[2], line[found.end() :])
            if found
            else format_html("{}", line)
        )
    return mark_safe("\n".join(lines))  # noqa: S308 - every line went through format_html
