"""Everything that a database needs before the processes start: tables, and what is shipped."""

from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from portal import figures
from portal.files.findings import listed
from portal.in_force import queries as in_force
from portal.rotation import operations as rotation

OTHER_KEYS = (
    "No secret in this database ({}) was written with a key that is here. Nothing in it was "
    "changed. Put back the one that was kept with the backup: `secret_key` in {}, or "
    "SLIPWAY_SECRET_KEY and SLIPWAY_ENCRYPTION_KEYS as they were. If it is lost for good, start "
    "with SLIPWAY_KEYS_ARE_LOST=yes and say every secret again."
)
SOME_LOST = (
    "No key that is here reads the secrets of {}. What needs them fails until they are said again, "
    "or their key is put back into SLIPWAY_ENCRYPTION_KEYS."
)


class Command(BaseCommand):
    help = "Migrate, publish the golden paths that come with this release, index the handbook."

    def handle(self, *_: Any, verbosity: int = 1, **__: Any) -> None:
        for name, meant in in_force.misspelt(os.environ):
            self.stderr.write(f"{name} is no setting, and is passed over. Was {meant} meant?")
        self._see_keys()
        call_command("migrate", interactive=False, verbosity=verbosity, skip_checks=True)
        call_command("publish_golden_paths")
        call_command("search_rebuild", only_stale=True)

    def _see_keys(self) -> None:
        """With other keys all would start, and then each delivery and hook fail by itself."""
        held = rotation.held()
        said = listed(figures.times(one.lost, one.name, one.plural) for one in held if one.lost)
        is_one_read = any(one.read for one in held)
        if said and not is_one_read and not settings.KEYS_ARE_LOST:
            raise CommandError(OTHER_KEYS.format(said, settings.DATA_DIR))
        if said:
            self.stderr.write(SOME_LOST.format(said))
