"""What stands around every page."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from portal import frame
from portal.shortcuts import SHEETS
from portal.templatetags.once import once

register = template.Library()


@register.simple_tag
def shortcut_sheet() -> SafeString:
    """All keys, under "?"."""
    return once("_shortcuts.html", shortcuts=SHEETS, places=frame.places())
