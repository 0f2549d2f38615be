"""Publishes the golden paths that come with Slipway; `make up` does so at each start."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from portal.golden_paths import operations, shipped


class Command(BaseCommand):
    help = "Publish the golden paths that come with this release; those that are known stay."

    def handle(self, *_: Any, **__: Any) -> None:
        for file in shipped.files():
            version, is_new = operations.publish(definition=file, by=None, now=timezone.now())
            if is_new:
                self.stdout.write(f"golden path {version.path}: {version}")
