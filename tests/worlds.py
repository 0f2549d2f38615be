"""Worlds that many tests begin in: made once by their operations, put back as rows and files.

    @pytest.fixture(scope="session")
    def kept_house(cast: Kept, ...) -> Kept:
        with django_db_blocker.unblock():
            return keep(build, upon=cast, folder=tmp_path_factory.mktemp("house"))

    @pytest.fixture
    def house(people: dict[str, User], kept_house: Kept) -> House:
        return kept_house.put_back(people)

Making a world takes a tenth of a second to several; putting it back takes some thousandths. Each
test gets rows, files and objects of its own, with the people of its own `people`.
"""

from __future__ import annotations

import io
import pickle
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.test import override_settings
from psycopg import sql

from portal.accounts.models import User
from tests import databases

Rows = dict[str, list[bytes]]  # by table, as COPY writes them
Make = Callable[[dict[str, User], Any], Any]


@dataclass(frozen=True)
class Kept:
    """Rows and files of a world, and its objects: people by their names, paths by their place."""

    rows: Rows
    made: bytes
    folder: Path | None  # where it was made
    files: Path | None  # what lay there then

    def put_back(self, people: Mapping[str, User], folder: Path | None = None) -> Any:
        """The world as it was made; what it stands upon has been put back before.

        In the folder where it was made, or moved to another one: what was digested with the
        folder's path in it is not found again there.
        """
        folder = folder or self.folder
        if folder and self.files:
            if folder == self.folder:
                shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(self.files, folder, dirs_exist_ok=True)
        write(self.rows, self.folder, folder)
        return _Reader(io.BytesIO(self.made), people, folder).load()


def keep(make: Make, *, upon: Kept | None = None, folder: Path | None = None) -> Kept:
    """Make a world in an empty database and take it away again.

    `make` gets the people of `upon`, and the folder that its files go into.
    """
    assert not connection.in_atomic_block, "Keep worlds in fixtures of the session."
    folders = {"DIRECTORY_ROOTS": [folder], "ARTIFACTS_DIR": folder / "artifacts"} if folder else {}
    with override_settings(**folders), transaction.atomic():
        people = upon.put_back({}) if upon else {}
        made = make(people, folder)
        rows = _beyond(upon.rows if upon else {}, read())
        transaction.set_rollback(True)
    text = io.BytesIO()
    _Writer(text, people, folder).dump(made)
    files = folder.rename(folder.with_name(f"{folder.name}-kept")) if folder else None
    return Kept(rows, text.getvalue(), folder, files)


def _beyond(base: Rows, found: Rows) -> Rows:
    """What a world has more than the one that it stands upon."""
    known = {table: set(lines) for table, lines in base.items()}
    return {
        table: more
        for table, lines in found.items()
        if (more := [line for line in lines if line not in known.get(table, ())])
    }


def read() -> Rows:
    """Every row of every table that tests empty."""
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in databases.tables():
            with cursor.copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as copy:
                if lines := b"".join(bytes(part) for part in copy).splitlines(keepends=True):
                    found[table] = lines
    return found


def write(rows: Rows, before: Path | None = None, folder: Path | None = None) -> None:
    """Put rows back as they were, past triggers and the order of foreign keys."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, lines in rows.items():
            content = b"".join(lines)
            if before and folder and before != folder:
                content = content.replace(bytes(before), bytes(folder))
            with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as copy:
                copy.write(content)
        cursor.execute("SET LOCAL session_replication_role = origin")


class _Writer(pickle.Pickler):
    def __init__(self, file: io.BytesIO, people: Mapping[str, User], folder: Path | None) -> None:
        super().__init__(file)
        self.people, self.folder = people, folder

    def persistent_id(self, thing: Any) -> Any:
        if isinstance(thing, User) and thing.username in self.people:
            return ("person", thing.username)
        if isinstance(thing, Path) and self.folder and thing.is_relative_to(self.folder):
            return ("path", str(thing.relative_to(self.folder)))
        return None


class _Reader(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, people: Mapping[str, User], folder: Path | None) -> None:
        super().__init__(file)
        self.people, self.folder = people, folder

    def persistent_load(self, key: Any) -> Any:
        kind, name = key
        return self.people[name] if kind == "person" else self.folder / name
