"""manage.py import_history: a repository's past as deployments, at once and on this terminal."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from observability.history import operations
from observability.history.models import HistoryImport
from portal.catalog import queries as catalog
from portal.errors import Refused

How = HistoryImport.How


class Command(BaseCommand):
    help = "Read a git repository: its tags, merges or commits become deployments of a component."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("component")
        parser.add_argument("environment")
        parser.add_argument("repository", help="a folder, or https://…")
        parser.add_argument("--tags", metavar="PATTERN", help="each tag that fits, such as v*")
        parser.add_argument("--merges", action="store_true", help="each merge to the branch")
        parser.add_argument("--commits", action="store_true", help="each commit of the branch")
        parser.add_argument("--branch", default="")

    def handle(self, *_: Any, **given: Any) -> None:
        how = How.MERGES if given["merges"] else How.COMMITS if given["commits"] else How.TAGS
        try:
            asked = operations.ask(
                component=catalog.component(given["component"]),
                environment=given["environment"],
                repository=given["repository"],
                how=how,
                pattern=given["tags"] or "",
                branch=given["branch"],
                by=None,
                now=timezone.now(),
            )
        except Refused as refused:
            raise CommandError(refused.message) from refused
        done = operations.work(import_id=str(asked.pk), clock=timezone.now)
        asked.refresh_from_db()
        if done is None or asked.state != HistoryImport.State.SUCCEEDED:
            raise CommandError(asked.message)
        self.stdout.write(asked.message)
