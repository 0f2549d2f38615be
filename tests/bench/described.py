"""Describes 10,000 entities in a repository, of which one in a hundred is broken, and reads them.

A process of its own, with the settings of the portal that is measured. It says what it took.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
import yaml

ENTITIES, FILES, BROKEN_EACH = 10_000, 2_000, 100
PATTERN = "services/**/catalog-info.yaml"
ENTITY = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: service-{number:05}
  title: Service {number}
  description: What service {number} does for those who call it.
  annotations:
    backstage.io/source-location: url:https://git.example.com/acme/service-{number}
  tags: [java, team-{team}]
  links:
    - url: https://dashboards.example.com/{number}
      title: Dashboard
spec:
  type: service
  lifecycle: production
  {owner}: team-{team}
  system: system-{team}
  dependsOn: [component:service-{other:05}]
"""


def write(folder: Path) -> None:
    """The repository: five entities a file."""
    each = ENTITIES // FILES
    for number in range(FILES):
        first = number * each
        documents = [
            ENTITY.format(
                number=one,
                team=one % 40,
                other=(one * 7 + 1) % ENTITIES,
                owner="ownr" if one % BROKEN_EACH == 0 else "owner",
            )
            for one in range(first, first + each)
        ]
        file = folder / "services" / f"group-{number:04}" / "catalog-info.yaml"
        file.parent.mkdir(parents=True)
        file.write_text("---\n".join(documents))
    for command in (
        ["init", "--quiet"],
        ["add", "--all"],
        ["-c", "user.name=b", "-c", "user.email=b@example.com", "commit", "--quiet", "-m", "All"],
    ):
        subprocess.run(["git", "-C", str(folder), *command], check=True)


def parsed_alone(folder: Path) -> float:
    """Seconds to read and parse the same files with the same parser, and nothing else."""
    began = time.perf_counter()
    number = 0
    for file in folder.glob(PATTERN):
        for _ in yaml.load_all(file.read_text(), Loader=yaml.CSafeLoader):
            number += 1
    assert number == ENTITIES
    return time.perf_counter() - began


def timed(call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def main() -> None:
    django.setup()
    from django.db import connection  # noqa: PLC0415 - after the settings
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from portal.accounts.models import User  # noqa: PLC0415
    from portal.entities import operations  # noqa: PLC0415
    from portal.entities.models import CatalogSource, Entity, EntityFinding  # noqa: PLC0415
    from portal.entities.trees import Repository, Tree  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder)
        alone = parsed_alone(folder)
        who = User.objects.get(username="bench")
        source, _ = operations.create(
            name="bench",
            kind="git",
            team=None,
            repository="https://git.example.com/acme/catalog.git",
            path=PATTERN,
            by=who,
            now=timezone.now(),
        )

        @contextmanager
        def opened(_: CatalogSource, keep_on: Any) -> Iterator[Tree]:
            yield Repository(folder / ".git", keep_on)

        def read() -> None:
            operations.ask(source=source, by=who, now=timezone.now())
            operations.work(source_id=str(source.pk), clock=timezone.now, opening=opened)

        first = timed(read)
        with CaptureQueriesContext(connection) as captured:
            again = timed(read)
        writes = [
            query["sql"]
            for query in captured
            if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
            and "portal_catalogsource" not in query["sql"]
            and "portal_entry" not in query["sql"]
            and "portal_unsealed" not in query["sql"]
        ]
        file = folder / "services" / "group-0007" / "catalog-info.yaml"
        file.write_text(file.read_text().replace("production", "experimental"))
        who_commits = ("-c", "user.name=b", "-c", "user.email=b@example.com")
        commit = ["git", "-C", name, *who_commits, "commit", "--quiet", "-a", "-m", "One"]
        subprocess.run(commit, check=True)
        changed = timed(read)
        said = {
            "alone": alone,
            "first": first,
            "again": again,
            "changed": changed,
            "writes": len(writes),
            "entities": Entity.objects.count(),
            "named": EntityFinding.objects.exclude(ref="").count(),
        }
        print(json.dumps(said))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    main()
