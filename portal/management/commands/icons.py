"""Writes static/portal/img/icons.svg from the outlines in node_modules and our states."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.icons import sprite

STATIC = Path(settings.BASE_DIR) / "static"


class Command(BaseCommand):
    help = "Write the sprite of icons that pages use (after a change of portal/icons.py)."

    def handle(self, *_: Any, **__: Any) -> None:
        images = STATIC / "portal" / "img"
        outlines = STATIC / "node_modules" / "@tabler" / "icons" / "icons" / "outline"
        (images / "icons.svg").write_text(sprite(outlines, images / "states.svg"))
