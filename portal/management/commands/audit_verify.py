"""manage.py audit_verify: 0 intact, 1 something was changed, 2 the head can't be used."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from portal.audit import heads, queries


class Command(BaseCommand):
    help = (
        "Verify the audit's chain, and with --head that it still holds what was exported. "
        "Exit code: 0 intact, 1 something was changed, 2 the head can't be used."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--head", type=Path, help="a file that audit_export wrote")

    def handle(self, *_: Any, head: Path | None, **__: Any) -> None:
        try:
            exported = _read(head) if head else None
        except heads.Unusable as error:
            self.stderr.write(f"{head} can't be used: {error}")
            sys.exit(2)
        report = queries.verify(now=timezone.now(), head=exported)
        what = "are sealed as they were" if report.is_intact else "were read until the flaw"
        last = f"; the last is number {report.last.sequence}" if report.last else ""
        self.stdout.write(f"{report.sealed} entries {what}{last}.")
        if report.unsealed:
            self.stdout.write(
                f"{report.unsealed} wait for their seal, since {report.unsealed_for:.1f} s."
            )
        if not report.is_intact:
            where = f"At sequence {report.broken_at}: " if report.broken_at else ""
            self.stderr.write(f"Not intact. {where}{report.flaw}.")
            sys.exit(1)
        self.stdout.write("Intact.")


def _read(path: Path) -> heads.Head:
    try:
        content = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise heads.Unusable(str(error)) from error
    return heads.opened(content, settings.AUDIT_SIGNING_KEY)
